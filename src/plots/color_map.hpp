// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plots/canvas.hpp"

namespace yolo::plots {

/// From white (0) to dark blue (1).
Color blues(double share);

/// A bar of blues with its numbers on the right, from 0 to `highest`.
void draw_color_bar(Canvas& canvas, Pixel corner, Pixel opposite, double highest, double font);

}  // namespace yolo::plots
