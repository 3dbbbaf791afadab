// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "track/plugins/corners.hpp"
#include "track/plugins/estimators.hpp"
#include "track/plugins/lucas_kanade.hpp"

namespace yolo::track {

namespace {

class FlowMotion final : public MotionEstimator {
  public:
    Warp estimate(const cv::Mat& gray, std::span<const image::Box4>) noexcept override {
        try {
            now_.build(gray);
            const Warp motion = corners_.empty() ? no_motion() : follow();
            std::swap(before_, now_);  // its pyramid is built once
            corners_ = finder_.find(gray, quality, most_corners);
            return motion;
        } catch (const std::exception&) {
            corners_.clear();
            return no_motion();
        }
    }

  private:
    static constexpr std::size_t most_corners = 400;
    static constexpr double quality = 0.01;

    Warp follow() const {
        std::vector<cv::Point2f> from, to;
        const auto found = follow_points(before_, now_, corners_);
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (!found[i]) continue;
            from.push_back(corners_[i]);
            to.push_back(*found[i]);
        }
        return partial_affine(from, to);
    }

    CornerFinder finder_;
    FlowPyramid before_, now_;
    std::vector<cv::Point2f> corners_;  ///< of the frame before
};

}  // namespace

std::unique_ptr<MotionEstimator> make_flow_motion() {
    return std::make_unique<FlowMotion>();
}

}  // namespace yolo::track
