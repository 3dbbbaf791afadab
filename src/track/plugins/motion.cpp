// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

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

namespace {

/// The turn, scale and shift with the least squares of distances to the pairs that count. They are linear in
/// (a, b) of x' = a x - b y + c, y' = b x + a y + d: a complex division by the sum of squares, both sides by
/// their means.
Warp least_squares(const std::vector<cv::Point2f>& from, const std::vector<cv::Point2f>& to,
                   const std::vector<std::uint8_t>& counts) {
    const auto each = [&](auto&& visit) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            if (counts[i] != 0) visit(cv::Point2d(from[i]), cv::Point2d(to[i]));
        }
    };
    double count = 0, along = 0, across = 0, squares = 0;
    cv::Point2d from_mean, to_mean;
    each([&](cv::Point2d a, cv::Point2d b) {
        from_mean += a;
        to_mean += b;
        ++count;
    });
    from_mean /= count;
    to_mean /= count;
    each([&](cv::Point2d a, cv::Point2d b) {
        a -= from_mean;
        b -= to_mean;
        along += a.dot(b);
        across += a.cross(b);
        squares += a.dot(a);
    });
    const double cosine = along / squares, sine = across / squares;
    Warp motion;
    motion << cosine, -sine, to_mean.x - cosine * from_mean.x + sine * from_mean.y,  //
        sine, cosine, to_mean.y - sine * from_mean.x - cosine * from_mean.y;
    return motion.allFinite() ? motion : no_motion();
}

}  // namespace

Warp partial_affine(const std::vector<cv::Point2f>& from, const std::vector<cv::Point2f>& to) {
    constexpr std::size_t least_pairs = 5;
    if (from.size() < least_pairs) return no_motion();
    // OpenCV's values; its iterations towards the least squares of the inliers are left out.
    std::vector<std::uint8_t> inliers;
    const cv::Mat found = cv::estimateAffinePartial2D(from, to, inliers, cv::RANSAC, 3, 2000, 0.99, 0);
    return found.empty() ? no_motion() : least_squares(from, to, inliers);
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
