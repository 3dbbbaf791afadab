// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/result.hpp>

#include "image/draw.hpp"

namespace yolo::modes {

/// Where the tracked objects of one stream have been: a line through the middles of their boxes of the last
/// frames.
class Trails {
  public:
    /// To be called for each frame, in order.
    void note(const Result& result);
    /// Those of the objects of the frame that was noted last. `colors` are those of its boxes.
    void draw(const Result& result, const std::vector<image::Color>& colors, int line_width,
              cv::Mat& picture) const;

  private:
    struct Step {
        int frame;
        cv::Point place;
    };

    int frame_ = 0;
    std::map<int, std::deque<Step>> steps_ = {};  ///< by track, the newest last
};

}  // namespace yolo::modes
