// SPDX-License-Identifier: Apache-2.0
#include "sources/orientation.hpp"

#include <cmath>
#include <numbers>

#include <opencv2/core.hpp>

namespace yolo::sources {

Orientation matrix_orientation(double a, double b, double c, double d) {
    const bool transposed = std::abs(b) + std::abs(c) > std::abs(a) + std::abs(d);
    return {transposed, (transposed ? c : a) < 0, (transposed ? b : d) < 0};
}

Orientation turned_orientation(bool mirrored, double clockwise_degrees) {
    const double angle = clockwise_degrees * std::numbers::pi / 180, sign = mirrored ? -1 : 1;
    return matrix_orientation(sign * std::cos(angle), sign * std::sin(angle), -std::sin(angle),
                              std::cos(angle));
}

cv::Mat upright(const cv::Mat& frame, Orientation orientation) {
    cv::Mat turned = frame;
    if (orientation.transposed) cv::transpose(frame, turned);
    if (!orientation.left_right && !orientation.top_bottom) return turned;
    cv::Mat mirrored;
    cv::flip(turned, mirrored,
             orientation.left_right && orientation.top_bottom ? -1
             : orientation.left_right                         ? 1
                                                              : 0);
    return mirrored;
}

}  // namespace yolo::sources
