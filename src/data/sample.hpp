// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "data/labels.hpp"

namespace yolo::data {

/// Objects in pixels of the picture they are on.
struct Instances {
    std::vector<int> classes;           ///< (n)
    std::vector<image::Box4> boxes;     ///< (n) xyxy
    std::vector<Polygon> polygons;      ///< (n) or none
    std::vector<LabelPoint> keypoints;  ///< (n * keypoints_each) or none
    int keypoints_each = 0;

    std::size_t size() const { return classes.size(); }
};

/// A picture on its way through the augmentations.
struct Sample {
    std::size_t index = 0;  ///< in the data set
    cv::Mat picture;        ///< (h, w, 3) uint8 BGR
    Instances instances;
};

}  // namespace yolo::data
