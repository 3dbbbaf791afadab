// SPDX-License-Identifier: Apache-2.0
#include "data/augment/workspace.hpp"

namespace yolo::data {

cv::Mat Workspace::picture(Size size, int channels) {
    if (used_ == buffers_.size()) buffers_.emplace_back();
    std::vector<std::uint8_t>& buffer = buffers_[used_++];
    const std::size_t bytes = static_cast<std::size_t>(channels) * static_cast<std::size_t>(size.height) *
                              static_cast<std::size_t>(size.width);
    if (buffer.size() < bytes) buffer.resize(bytes);
    return {size.height, size.width, CV_8UC(channels), buffer.data()};
}

std::shared_ptr<Workspace> WorkspacePool::take() {
    std::unique_ptr<Workspace> workspace;
    {
        const std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            workspace = std::move(free_.back());
            free_.pop_back();
        }
    }
    if (!workspace) workspace = std::make_unique<Workspace>();
    workspace->clear();
    return {workspace.release(), [this](Workspace* done) {
                std::unique_ptr<Workspace> back(done);
                const std::lock_guard lock(mutex_);
                free_.push_back(std::move(back));
            }};
}

}  // namespace yolo::data
