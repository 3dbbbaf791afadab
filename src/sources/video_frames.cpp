// SPDX-License-Identifier: Apache-2.0
#include "sources/video_frames.hpp"

#include <algorithm>

namespace yolo::sources {

VideoFrames::VideoFrames(std::unique_ptr<VideoReader> reader, int stride)
    : reader_(std::move(reader)), info_(reader_->info()), stride_(std::max(stride, 1)) {}

cv::Mat VideoFrames::next() {
    while (true) {
        for (int i = 0; i < stride_; ++i) {
            if (!reader_->grab()) return {};
            ++grabbed_;
        }
        ++delivered_;
        if (cv::Mat frame = reader_->retrieve(); !frame.empty()) return frame;
    }
}

bool VideoFrames::ended_early() const {
    return info_.frames - grabbed_ > std::max(2, info_.frames / 100);
}

}  // namespace yolo::sources
