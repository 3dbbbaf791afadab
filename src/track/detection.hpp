// SPDX-License-Identifier: Apache-2.0
/// \file What trackers are told of a frame.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <yolo/tracker.hpp>

#include "image/overlap.hpp"
#include "track/kalman.hpp"

namespace yolo::track {

/// Where something is: corners for upright overlaps, and for rotated boxes what prob_iou needs.
struct Shape {
    image::Box4 corners{};          // x1 y1 x2 y2; of a rotated box as if its angle were 0
    image::BoxGaussian gaussian{};  // rotated boxes only
};

struct Detection {
    Shape shape;
    float angle = 0;  // of the long side; 0 for upright boxes
    float score = 0;
    int class_id = 0;
    int index = -1;              // in the frame's list; -1 = recovered
    std::vector<float> feature;  // of length 1 in the Euclidean norm; empty = none

    Vector4 measured(Measured form) const;
};

/// One frame for a tracker.
struct Frame {
    bool rotated = false;
    std::vector<Detection> detections, recovered;
    ImageView pixels;    // without data = none
    double seconds = 0;  // of its time; 0 when it is not known
};

/// Boxes that no tracker can use are left out: not finite, further away than `farthest` pixels, or thinner
/// than a thousandth of one but not of area 0. Throws UsageError when the lists contradict each other.
inline constexpr float farthest = 1e7f;
Frame make_frame(const Detections& given, bool with_features);

/// Tracks and detections of a frame that may belong together. More are no scene, but one object found
/// thousands of times: they would take minutes and gigabytes. Throws Error.
inline constexpr std::size_t most_pairs = 4'000'000;
void check_pairs(std::size_t pairs);

/// Centre and sides of a box given by its corners.
Vector4 center_form(const image::Box4& corners);
image::Rotated5 rotated_form(const image::Box4& corners, float angle);
Shape shape_of(const image::Box4& corners, float angle, bool rotated);

/// As a vector of length 1; empty when there is nothing in it.
std::vector<float> normalised(std::span<const float> feature);

}  // namespace yolo::track
