// SPDX-License-Identifier: Apache-2.0
/// \file A white canvas on which figures are drawn; pixels, y downwards.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <opencv2/core/mat.hpp>

#include "plots/canvas_plugin.hpp"

namespace yolo::plots {

using Color = YoloColor;
using TextStyle = YoloTextStyle;

/// Dots per inch of figures with one diagram, and of those with several.
constexpr int diagram_dpi = 250, panel_dpi = 200;

constexpr Color black{0, 0, 0, 1}, white{1, 1, 1, 1};
/// 0xRRGGBB.
Color color_of(unsigned rgb, double alpha = 1);
/// The lines' colours, one after the other.
Color line_color(std::size_t index);
/// The colour of a class in pictures.
Color class_color(int class_id);

struct Pixel {
    double x = 0, y = 0;
};

struct Stroke {
    double width = 1;
    Color color = black;
    double dash = 0;  ///< 0 = solid
};

class Canvas {
  public:
    /// Throws Error when the plug-in yolo_plots is missing.
    Canvas(int width, int height);

    int width() const { return width_; }
    int height() const { return height_; }

    void lines(std::span<const Pixel> points, const Stroke& stroke);
    void line(Pixel from, Pixel to, const Stroke& stroke) { lines(std::array{from, to}, stroke); }
    void fill(Pixel corner, Pixel opposite, const Color& color);
    void outline(Pixel corner, Pixel opposite, const Stroke& stroke);
    void disc(Pixel centre, double radius, const Color& color);
    void text(Pixel place, const std::string& text, const TextStyle& style);
    double text_width(const std::string& text, double pixels) const;
    /// The text, cut with an ellipsis where it would be wider than `most`.
    std::string fitting(const std::string& text, double pixels, double most) const;

    /// As PNG or JPEG, by the suffix.
    void save(const std::filesystem::path& file) const;

  private:
    struct Release {
        void operator()(YoloCanvas* canvas) const;
    };

    int width_, height_;
    std::unique_ptr<YoloCanvas, Release> canvas_;
};

}  // namespace yolo::plots
