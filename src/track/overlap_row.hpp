// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "track/overlaps.hpp"

namespace yolo::track {

/// Shapes whose overlaps with others are asked for, all at once: trackers compare every track with every
/// detection.
class OverlapRow {
  public:
    explicit OverlapRow(bool rotated) : rotated_(rotated) {}

    void add(const Shape& shape);
    /// overlap(shape, each) in the order in which they were added; valid until the next call.
    std::span<const float> with(const Shape& shape);

  private:
    bool rotated_;
    std::array<std::vector<float>, 4> corners_;  // all x1, all y1, all x2, all y2
    std::vector<image::BoxGaussian> gaussians_;  // rotated
    std::vector<float> overlaps_;
};

}  // namespace yolo::track
