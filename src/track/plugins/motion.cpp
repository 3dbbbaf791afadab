// SPDX-License-Identifier: Apache-2.0
#include <opencv2/calib3d.hpp>

#include "track/plugins/estimators.hpp"

namespace yolo::track {

Warp to_warp(const cv::Mat& matrix) {
    if (matrix.rows != 2 || matrix.cols != 3) return no_motion();
    cv::Mat_<double> values;
    matrix.convertTo(values, CV_64F);
    Warp motion;
    for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 3; ++x) motion(y, x) = values(y, x);
    }
    return motion.allFinite() ? motion : no_motion();
}

Warp partial_affine(const std::vector<cv::Point2f>& from, const std::vector<cv::Point2f>& to) {
    constexpr std::size_t least_pairs = 5;
    if (from.size() < least_pairs) return no_motion();
    return to_warp(cv::estimateAffinePartial2D(from, to, cv::noArray(), cv::RANSAC));
}

extern "C" MotionEstimator* yolo_make_motion_estimator(const char* method) {
    const std::string_view name = method;
    try {
        if (name == "sparseOptFlow") return make_flow_motion().release();
        if (name == "ecc") return make_ecc_motion().release();
        return make_feature_motion(name).release();
    } catch (const std::exception&) {
        return nullptr;
    }
}

}  // namespace yolo::track
