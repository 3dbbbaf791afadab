// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "sources/source.hpp"

namespace yolo::inference {

/// Square frames of a video, drawn one after the other: several workers are at them at once.
class VideoSource final : public sources::Source {
  public:
    using Draw = std::function<void(cv::Mat& frame, int number)>;  ///< number: from 0
    VideoSource(int frames, int side, Draw draw) : frames_(frames), side_(side), draw_(std::move(draw)) {}

    std::vector<sources::Frame> next() override {
        if (number_ == frames_) return {};
        sources::Frame frame;
        frame.image = cv::Mat(side_, side_, CV_8UC3);
        draw_(frame.image, number_);
        frame.kind = sources::SourceKind::video;
        frame.frame_number = ++number_;
        return {frame};
    }

  private:
    const int frames_, side_;
    const Draw draw_;
    int number_ = 0;
};

}  // namespace yolo::inference
