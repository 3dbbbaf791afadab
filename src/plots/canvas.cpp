// SPDX-License-Identifier: Apache-2.0
#include "plots/canvas.hpp"

#include <array>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "image/codec.hpp"
#include "image/draw.hpp"

namespace yolo::plots {

namespace {

constexpr std::array<unsigned, 10> line_colors = {0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd,
                                                  0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22, 0x17becf};

const YoloCanvasTable& functions() {
    static const YoloCanvasTable* const table = reinterpret_cast<YoloCanvasFunctions*>(
        plugin_symbol("yolo_plots", "yolo_plots_canvas", "drawing figures (plots=True)"))();
    return *table;
}

}  // namespace

Color color_of(unsigned rgb, double alpha) {
    return {(rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0, alpha};
}

Color line_color(std::size_t index) {
    return color_of(line_colors[index % line_colors.size()]);
}

Color class_color(int class_id) {
    const image::Color bgr = image::class_color(class_id);
    return {bgr[2] / 255.0, bgr[1] / 255.0, bgr[0] / 255.0, 1};
}

void Canvas::Release::operator()(YoloCanvas* canvas) const {
    functions().release(canvas);
}

Canvas::Canvas(int width, int height)
    : width_(width), height_(height), canvas_(functions().create(width, height)) {
    if (!canvas_) throw Error(fmt::format("no memory for a figure of {}x{} pixels", width, height));
}

void Canvas::lines(std::span<const Pixel> points, const Stroke& stroke) {
    static_assert(sizeof(Pixel) == 2 * sizeof(double));
    if (points.empty()) return;
    functions().lines(canvas_.get(), &points[0].x, static_cast<int>(points.size()), stroke.width, stroke.dash,
                      stroke.color);
}

void Canvas::fill(Pixel corner, Pixel opposite, const Color& color) {
    functions().rectangle(canvas_.get(), corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y,
                          color);
}

void Canvas::outline(Pixel corner, Pixel opposite, const Stroke& stroke) {
    lines(std::array{corner, Pixel{opposite.x, corner.y}, opposite, Pixel{corner.x, opposite.y}, corner},
          stroke);
}

void Canvas::disc(Pixel centre, double radius, const Color& color) {
    functions().disc(canvas_.get(), centre.x, centre.y, radius, color);
}

void Canvas::text(Pixel place, const std::string& text, const TextStyle& style) {
    functions().text(canvas_.get(), place.x, place.y, image::one_line(text).c_str(), &style);
}

double Canvas::text_width(const std::string& text, double pixels) const {
    return functions().text_width(canvas_.get(), image::one_line(text).c_str(), pixels);
}

std::string Canvas::fitting(const std::string& text, double pixels, double most) const {
    if (text_width(text, pixels) <= most) return text;
    std::string part = text;
    const auto is_inside_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    while (!part.empty() && text_width(part + "…", pixels) > most) {
        while (part.size() > 1 && is_inside_character(part.back())) part.pop_back();
        part.pop_back();
    }
    return part + "…";
}

void Canvas::save(const std::filesystem::path& file) const {
    int row_bytes = 0;
    const std::uint8_t* pixels = functions().pixels(canvas_.get(), &row_bytes);
    const cv::Mat four(height_, width_, CV_8UC4, const_cast<std::uint8_t*>(pixels),
                       static_cast<std::size_t>(row_bytes));
    cv::Mat picture;
    cv::cvtColor(four, picture, cv::COLOR_BGRA2BGR);
    image::write_image(file, picture, {.full_chroma = true});
}

}  // namespace yolo::plots
