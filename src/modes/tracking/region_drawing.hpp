// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/counter.hpp>

namespace yolo::modes {

/// Lines with an arrow to their side "in", areas half-transparent, each with what it has counted.
void draw_regions(const std::vector<RegionCounts>& regions, const PlotOptions& plot, cv::Mat& picture);

}  // namespace yolo::modes
