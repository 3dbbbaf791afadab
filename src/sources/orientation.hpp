// SPDX-License-Identifier: Apache-2.0
/// \file How the frames of a video are turned upright: phones film in one direction and write down how they
/// were held.
#pragma once

#include <opencv2/core/mat.hpp>

namespace yolo::sources {

/// One of the eight ways to turn and mirror a picture: rows and columns exchanged, then mirrored.
struct Orientation {
    bool transposed = false;
    bool left_right = false;  ///< mirrored after that
    bool top_bottom = false;  ///< the same
    bool operator==(const Orientation&) const = default;
};

/// Of the upper left part of a display matrix (ISO/IEC 14496-12, 6.2.2): a point (x, y) of the stored frame
/// is shown at (a x + c y, b x + d y). Scales and turns between the quarters go to the nearest of the eight.
Orientation matrix_orientation(double a, double b, double c, double d);

/// Mirrored left to right if asked for, then turned clockwise by the quarter that is nearest.
Orientation turned_orientation(bool mirrored, double clockwise_degrees);

/// The frame as it is to be seen; itself when nothing is to be done.
cv::Mat upright(const cv::Mat& frame, Orientation orientation);

}  // namespace yolo::sources
