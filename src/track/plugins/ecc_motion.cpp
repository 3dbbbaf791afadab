// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "track/plugins/estimators.hpp"

namespace yolo::track {

namespace {

class EccMotion final : public MotionEstimator {
  public:
    Warp estimate(const cv::Mat& gray, std::span<const image::Box4>) noexcept override {
        try {
            cv::Mat smooth;
            cv::GaussianBlur(gray, smooth, {3, 3}, 1.5);
            const cv::Mat before = std::exchange(before_, smooth);
            if (before.empty()) return no_motion();
            return to_warp(align(before, smooth));
        } catch (const std::exception&) {  // also where it does not converge
            return no_motion();
        }
    }

  private:
    static constexpr int most_iterations = 5000, some_iterations = 20;
    static constexpr double least_gain = 1e-6;  // of the correlation
    static constexpr double still = 0.02;       // pixels

    /// OpenCV warps in steps of 1/32 pixel, so the correlation goes on to tremble, often through all
    /// iterations: it ends as soon as the motion only trembles, too.
    static cv::Mat align(const cv::Mat& before, const cv::Mat& now) {
        const cv::TermCriteria some(cv::TermCriteria::EPS | cv::TermCriteria::COUNT, some_iterations,
                                    least_gain);
        cv::Mat warp = cv::Mat::eye(2, 3, CV_32F), old;
        for (int done = 0; done < most_iterations; done += some_iterations) {
            warp.copyTo(old);
            cv::findTransformECC(before, now, warp, cv::MOTION_EUCLIDEAN, some, cv::noArray(), 1);
            if (cv::norm(warp, old, cv::NORM_INF) < still) break;
        }
        return warp;
    }

    cv::Mat before_;
};

}  // namespace

std::unique_ptr<MotionEstimator> make_ecc_motion() {
    return std::make_unique<EccMotion>();
}

}  // namespace yolo::track
