// SPDX-License-Identifier: Apache-2.0
/// \file How much every object of a picture overlaps every prediction, 0..1.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "image/box_forms.hpp"
#include "metrics/bit_mask.hpp"

namespace yolo::metrics {

/// Row = object (ground truth), column = prediction.
struct OverlapMatrix {
    std::size_t objects = 0, predictions = 0;
    std::vector<float> values = {};  ///< (objects, predictions)

    OverlapMatrix() = default;
    OverlapMatrix(std::size_t rows, std::size_t columns)
        : objects(rows), predictions(columns), values(rows * columns) {}

    float at(std::size_t object, std::size_t prediction) const {
        return values[object * predictions + prediction];
    }
    std::span<float> row(std::size_t object) {
        return std::span(values).subspan(object * predictions, predictions);
    }
};

/// Intersection over union of corner boxes (1e-7 is added to the union).
OverlapMatrix box_overlaps(std::span<const image::Box4> objects, std::span<const image::Box4> predictions);
/// Probabilistic IoU of rotated boxes.
OverlapMatrix rotated_overlaps(std::span<const image::Rotated5> objects,
                               std::span<const image::Rotated5> predictions);
/// Intersection over union of masks of one size.
OverlapMatrix mask_overlaps(std::span<const BitMask> objects, std::span<const BitMask> predictions);

/// The points of several figures, `sigmas.size()` points each.
struct KeypointSets {
    std::span<const float> objects;      ///< (objects, K, 3) x, y, visibility: 0 = not labelled
    std::span<const float> areas;        ///< (objects) of the objects in pixels, e.g. keypoint_area()
    std::span<const float> predictions;  ///< (predictions, K, values) x, y, ...
    int prediction_values = 3;           ///< numbers per predicted point
    std::span<const float> sigmas;       ///< (K) how far each point may lie off, as a share of the size
};

/// Object keypoint similarity: the mean of e^(-d^2 / (2 (2 sigma)^2 area)) over the labelled points.
OverlapMatrix keypoint_overlaps(const KeypointSets& sets);

/// The area of a figure that has a box of these sides: 0.53 of the box.
float keypoint_area(float width, float height);

}  // namespace yolo::metrics
