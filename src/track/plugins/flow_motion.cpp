// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <opencv2/video/tracking.hpp>

#include "track/plugins/corners.hpp"
#include "track/plugins/estimators.hpp"

namespace yolo::track {

namespace {

class FlowMotion final : public MotionEstimator {
  public:
    Warp estimate(const cv::Mat& gray, std::span<const image::Box4>) noexcept override {
        try {
            // The frame before keeps its pyramid, so that each is built once.
            std::vector<cv::Mat> pyramid;
            cv::buildOpticalFlowPyramid(gray, pyramid, window, levels);
            const Warp motion = corners_.empty() ? no_motion() : follow(pyramid);
            pyramid_ = std::move(pyramid);
            corners_ = find_corners(gray, quality, most_corners);
            return motion;
        } catch (const std::exception&) {
            corners_.clear();
            return no_motion();
        }
    }

  private:
    // OpenCV's defaults of calcOpticalFlowPyrLK.
    static constexpr int levels = 3;
    inline static const cv::Size window{21, 21};
    static constexpr std::size_t most_corners = 400;
    static constexpr double quality = 0.01;

    Warp follow(const std::vector<cv::Mat>& pyramid) const {
        std::vector<cv::Point2f> found, from, to;
        std::vector<unsigned char> status;
        cv::calcOpticalFlowPyrLK(pyramid_, pyramid, corners_, found, status, cv::noArray(), window, levels);
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (status[i] == 0) continue;
            from.push_back(corners_[i]);
            to.push_back(found[i]);
        }
        return partial_affine(from, to);
    }

    std::vector<cv::Mat> pyramid_;  // of the frame before
    std::vector<cv::Point2f> corners_;
};

}  // namespace

std::unique_ptr<MotionEstimator> make_flow_motion() {
    return std::make_unique<FlowMotion>();
}

}  // namespace yolo::track
