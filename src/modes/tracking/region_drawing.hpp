// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/counter.hpp>

#include "image/labels.hpp"

namespace yolo::modes {

/// Lines with an arrow to their side "in", and areas, half-transparent.
void draw_regions(const std::vector<RegionCounts>& regions, int line_width, cv::Mat& picture);

/// The labels of one stream's regions: what each has counted, at the end of the line or at the corner of the
/// area where it hides least of the objects. There it stays until another place has been much better for a
/// while.
class RegionLabels {
  public:
    /// `objects` are the pixels of this picture's.
    void add(const std::vector<RegionCounts>& regions, const std::vector<cv::Rect>& objects, int line_width,
             image::Labels& labels);

  private:
    struct Place {
        std::vector<double> hidden;  ///< pixels of objects under each place, the mean of the last pictures
        std::size_t chosen = 0;
    };

    std::vector<Place> places_;  ///< by region
};

/// Whether one of their names needs typesetting.
bool any_is_typeset(const std::vector<RegionCounts>& regions);

}  // namespace yolo::modes
