// SPDX-License-Identifier: Apache-2.0
#include "sources/video_frames.hpp"

#include <algorithm>
#include <cmath>

namespace yolo::sources {

VideoFrames::VideoFrames(std::unique_ptr<VideoReader> reader, int stride)
    : reader_(std::move(reader)),
      info_(reader_->info()),
      stride_(std::max(stride, 1)),
      clock_(usable_fps(info_.fps)) {}

cv::Mat VideoFrames::next() {
    while (true) {
        for (int i = 0; i < stride_; ++i) {
            const int damaged = reader_->damaged();
            if (!reader_->grab()) return {};
            last_is_damaged_ = reader_->damaged() > damaged;
            ++grabbed_;
            seconds_ = clock_.next(reader_->stamp());
        }
        ++delivered_;
        if (cv::Mat frame = reader_->retrieve(); !frame.empty()) return frame;
    }
}

int VideoFrames::about_count() const {
    if (info_.frames > 0 || !(info_.seconds > 0)) return count();
    const double period = 1 / usable_fps(info_.fps);
    const double left = std::max(info_.seconds - seconds_ - period, 0.0) / period;
    return (grabbed_ + static_cast<int>(std::lround(std::min(left, 1e9)))) / stride_;
}

bool VideoFrames::ended_early() const {
    return reader_->cut() || info_.frames - grabbed_ > std::max(2, info_.frames / 100);
}

}  // namespace yolo::sources
