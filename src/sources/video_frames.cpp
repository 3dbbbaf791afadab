// SPDX-License-Identifier: Apache-2.0
#include "sources/video_frames.hpp"

#include <algorithm>

namespace yolo::sources {

VideoFrames::VideoFrames(std::unique_ptr<VideoReader> reader, int stride)
    : reader_(std::move(reader)), info_(reader_->info()), stride_(std::max(stride, 1)) {}

cv::Mat VideoFrames::next() {
    while (true) {
        for (int i = 0; i < stride_; ++i) {
            const int damaged = reader_->damaged();
            if (!reader_->grab()) return {};
            last_is_damaged_ = reader_->damaged() > damaged;
            ++grabbed_;
        }
        ++delivered_;
        if (cv::Mat frame = reader_->retrieve(); !frame.empty()) return frame;
    }
}

bool VideoFrames::ended_early() const {
    return info_.missing > 0 || info_.frames - grabbed_ > std::max(2, info_.frames / 100);
}

}  // namespace yolo::sources
