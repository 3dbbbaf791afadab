// SPDX-License-Identifier: Apache-2.0
/// \file What boxes are compared with in non-maximum suppression. Structures of arrays, so that one box is
/// compared with several at once.
#pragma once

#include <vector>

#include "image/overlap.hpp"

namespace yolo::tasks {

/// Upright boxes that stay.
class KeptBoxes {
  public:
    /// IoU (inter / (area + area - inter), float32) with any of them is above the limit.
    bool overlaps(const image::Box4& xyxy, float limit) const;
    void add(const image::Box4& xyxy);

  private:
    bool overlaps(const image::Box4& xyxy, float area, float limit, std::size_t begin, std::size_t end) const;

    std::vector<float> x1_, y1_, x2_, y2_, area_;
};

/// Rotated boxes that were looked at.
class SeenRotated {
  public:
    explicit SeenRotated(double threshold);
    /// probIoU with any of them is above the threshold.
    bool overlaps(const image::Rotated5& box) const;
    void add(const image::Rotated5& box);

  private:
    float limit_;
    float reach_;  ///< probIoU cannot be above the limit when distance^2 > reach * (sum of the largest
                   ///< variances)
    std::vector<image::BoxGaussian> boxes_;
    std::vector<float> x_, y_, variance_;
};

}  // namespace yolo::tasks
