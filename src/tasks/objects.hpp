// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include <yolo/result.hpp>

#include "image/box_forms.hpp"
#include "image/scale_boxes.hpp"

namespace yolo::tasks {

/// What is on one picture, in pixels of the network input: what a network found there, or what was labelled.
/// `boxes` is empty for obb, `rotated` for all other tasks.
struct Objects {
    std::vector<int> classes;        ///< (n)
    std::vector<float> scores;       ///< (n) best first; none for labels
    std::vector<int> anchors;        ///< (n) columns of the first output, or its final rows; none for labels
    std::vector<image::Box4> boxes;  ///< (n) xyxy
    std::vector<image::Rotated5> rotated;  ///< (n)
    std::vector<float> keypoints;          ///< pose: (n, K, values) x, y(, visibility)
    int keypoint_values = 3;
    std::vector<std::vector<float>> coefficients;  ///< segment: (n) of the prototypes; none for labels
    std::vector<float> probabilities;              ///< classify: one per class; none for labels

    std::size_t size() const { return classes.size(); }
    /// pose: the numbers of object i's keypoints
    std::span<const float> keypoints_at(std::size_t i) const {
        const std::size_t each = keypoints.size() / size();
        return std::span(keypoints).subspan(i * each, each);
    }
};

/// Adds what was found to a result, in pixels of the picture; all but masks.
void place_objects(const Objects& found, const image::BackScale& scale, Result& result);

}  // namespace yolo::tasks
