// SPDX-License-Identifier: Apache-2.0
/// \file The last step: objects of a picture as the targets of a network.
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include "data/sample.hpp"

namespace yolo::data {

/// What the network is to find in one picture; a Batch is the sum of these.
struct Targets {
    std::vector<int> classes;
    std::vector<float> boxes;      ///< (n, 4) xywh or obb (n, 5) xywhr, in shares of the picture
    std::vector<float> keypoints;  ///< pose: (n, K, 3), in shares
    /// Segment. Overlapping: one, 8 or 32 bit, 0 or 1 + place of the object. Else one of 0 and 1 per object.
    std::vector<cv::Mat> masks;
};

struct FormatOptions {
    Task task = Task::detect;
    int mask_ratio = 4;
    bool overlap_mask = true;
};

/// Objects of overlapping masks come in the order of their area, largest first.
Targets format_targets(const Instances& instances, Size picture, const FormatOptions& options);

/// A filled outline as a mask of 0 and 1: drawn at the size of the picture, then shrunk bilinearly.
cv::Mat outline_mask(const Polygon& polygon, Size picture, int ratio);

struct OverlapMask {
    cv::Mat mask;  ///< 8 or 32 bit: 0 or 1 + place in `order`; a smaller object hides a larger
    std::vector<std::size_t> order;  ///< larger area first
};
OverlapMask overlap_mask(const std::vector<Polygon>& polygons, Size picture, int ratio);

}  // namespace yolo::data
