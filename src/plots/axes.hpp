// SPDX-License-Identifier: Apache-2.0
/// \file A pair of axes on a canvas: from values to pixels, with ticks, labels and a title.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "plots/canvas.hpp"

namespace yolo::plots {

/// Lowest and highest value of an axis.
struct Range {
    double low = 0, high = 1;
    double length() const { return high - low; }
};

/// The smallest range that holds all finite values, a twentieth wider on both sides; never empty.
Range range_of(std::span<const double> values);

/// Round values within a range, at most `most`, and the decimals they need.
struct Ticks {
    std::vector<double> values;
    int decimals = 0;
    std::string text(double value) const;
};
Ticks round_ticks(const Range& range, int most);

struct Frame {
    Pixel top_left, bottom_right;
    double width() const { return bottom_right.x - top_left.x; }
    double height() const { return bottom_right.y - top_left.y; }
};

class Axes {
  public:
    /// `font`: pixels of the numbers; titles are larger.
    Axes(Canvas& canvas, const Frame& frame, const Range& x, const Range& y, double font);

    Pixel place(double x, double y) const;
    /// The numbers, their ticks and faint lines across.
    void draw_grid();
    void draw_frame();
    void title(const std::string& text);
    void x_label(const std::string& text);
    void y_label(const std::string& text);
    /// Points that are not numbers are left out.
    void curve(std::span<const double> x, std::span<const double> y, const Stroke& stroke);

  private:
    Canvas& canvas_;
    Frame frame_;
    Range x_, y_;
    double font_;
};

/// A line of a legend.
struct LegendEntry {
    std::string text;
    Stroke stroke;
};

/// A list of lines with their names, its top left corner at `place`. Returns its height.
double draw_legend(Canvas& canvas, Pixel place, std::span<const LegendEntry> entries, double font);
double legend_width(const Canvas& canvas, std::span<const LegendEntry> entries, double font);

}  // namespace yolo::plots
