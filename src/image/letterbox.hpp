// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

namespace yolo::image {

struct LetterboxOptions {
    Size shape;               ///< of the result
    bool minimal = false;     ///< pad only to a multiple of stride ("auto")
    bool scale_fill = false;  ///< stretch instead of padding
    bool scale_up = true;
    bool center = true;  ///< padding on both sides, else right and bottom only
    int stride = 32;
};

/// Where a picture lands in the letterboxed one.
struct LetterboxGeometry {
    Size resized;  ///< of the picture inside
    Size output;   ///< resized + padding
    int top = 0, bottom = 0, left = 0, right = 0;
    double ratio_width = 1, ratio_height = 1;
};

LetterboxGeometry letterbox_geometry(Size picture, const LetterboxOptions& options);

/// The geometry inside a place that may be smaller than `shape`, because its padding was cut to a multiple of
/// the stride. The ratio is that of `shape`, so that rounding of the short side does not change the long one.
LetterboxGeometry letterbox_geometry_in(Size picture, Size shape, Size place);

/// Bilinear resize and padding with 114, written to `out`: (height, width, 3) uint8 BGR or (height, width, 1)
/// grey, of the geometry's output size, e.g. a picture's place in a batch.
void letterbox(const cv::Mat& picture, const LetterboxGeometry& geometry, cv::Mat& out);

}  // namespace yolo::image
