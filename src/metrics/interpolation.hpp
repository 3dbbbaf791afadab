// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace yolo::metrics {

/// Points (x, y) with ascending x, joined by straight lines.
struct Polyline {
    std::span<const double> x, y;
};

/// The polyline at each of the ascending `places`. Where several points share an x the last one counts.
/// `left` before the first point, the last point's y behind the last one.
std::vector<double> interpolate(const Polyline& line, std::span<const double> places, double left);

/// Recalls 0, 0.01, ... 1 at which a precision-recall curve is read.
constexpr int recall_points = 101;

/// `count` values from 0 to 1 at equal distances.
std::vector<double> unit_steps(int count);

}  // namespace yolo::metrics
