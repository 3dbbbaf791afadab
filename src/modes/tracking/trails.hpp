// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "inference/sequence.hpp"
#include "inference/stage.hpp"

namespace yolo::modes {

/// Where tracked objects have been: a line through the middles of their boxes of the last frames.
class Trails {
  public:
    /// Notes the frame, and draws into its picture. To be called for each frame, in order.
    void draw(const inference::Prediction& prediction, const PlotOptions& plot, cv::Mat& picture);

  private:
    struct Step {
        int frame;
        cv::Point place;
    };
    struct Stream {
        inference::Sequence sequence;
        int frame = 0;
        std::map<int, std::deque<Step>> steps = {};  ///< by track, the newest last
    };

    Stream& stream_of(const sources::Frame& frame);

    std::map<int, Stream> streams_;
};

}  // namespace yolo::modes
