// SPDX-License-Identifier: Apache-2.0
/// \file The IoU family: overlap minus penalties for distance and shape.
#pragma once

#include "image/box_forms.hpp"

namespace yolo::metrics {

enum class BoxSimilarity {
    iou,
    giou,  ///< minus the empty share of the enclosing box (arXiv:1902.09630)
    diou,  ///< minus the distance of the centres (arXiv:1911.08287)
    ciou   ///< minus distance and difference of the aspect ratios (arXiv:1911.08287)
};

/// Of corner boxes: 1e-7 is added to the heights, so that flat boxes have an aspect ratio.
float similarity_xyxy(BoxSimilarity kind, const image::Box4& first, const image::Box4& second);
/// Of boxes given by centre and sides; the aspect ratio of a box without height is not a number.
float similarity_xywh(BoxSimilarity kind, const image::Box4& first, const image::Box4& second);

/// Intersection over the area of `second`.
float intersection_over_area(const image::Box4& first, const image::Box4& second);

/// What a rotated similarity adds to the probabilistic IoU.
struct RotatedTerms {
    bool aspect = false;  ///< minus the difference of the aspect ratios
    float floor = 0;      ///< added to the variances of both sides
};

float rotated_similarity(const image::Rotated5& first, const image::Rotated5& second,
                         const RotatedTerms& terms = {});

}  // namespace yolo::metrics
