// SPDX-License-Identifier: Apache-2.0
#include "plots/axes.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace yolo::plots {

namespace {

constexpr Color frame_color{0.25, 0.25, 0.25, 1}, grid_color{0.88, 0.88, 0.88, 1};
constexpr double title_scale = 1.2;   // of the font
constexpr double tick_length = 0.35;  // in heights of the font, as all that follow
constexpr double number_gap = 0.65;   // from the frame to the numbers
constexpr double x_label_gap = 2.3;   // from the frame to a label below
constexpr double title_gap = 0.7;
constexpr double digit_width = 0.64, label_gap = 1.2;
constexpr double sample_length = 2, sample_gap = 0.6, row_height = 1.5, legend_margin = 0.6;

}  // namespace

Range range_of(std::span<const double> values) {
    Range range{INFINITY, -INFINITY};
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
    }
    if (range.low > range.high) return {0, 1};
    const double margin = range.length() > 0 ? range.length() / 20 : std::max(std::abs(range.low) / 20, 1e-3);
    return {range.low - margin, range.high + margin};
}

Ticks round_ticks(const Range& range, int most) {
    const double rough = range.length() / most;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= rough * (1 - 1e-9)) {
            step = factor * power;
            break;
        }
    }
    Ticks ticks;
    for (double k = std::ceil(range.low / step - 1e-9); k * step <= range.high + step * 1e-9; ++k) {
        ticks.values.push_back(k * step);
    }
    while (ticks.decimals < 9) {
        const double scaled = step * std::pow(10, ticks.decimals);
        if (std::abs(scaled - std::nearbyint(scaled)) < 1e-6 * scaled) break;
        ++ticks.decimals;
    }
    return ticks;
}

std::string Ticks::text(double value) const {
    return fmt::format("{:.{}f}", value == 0 ? 0.0 : value, decimals);  // no -0
}

Axes::Axes(Canvas& canvas, const Frame& frame, const Range& x, const Range& y, double font)
    : canvas_(canvas), frame_(frame), x_(x), y_(y), font_(font) {}

Pixel Axes::place(double x, double y) const {
    return {frame_.top_left.x + (x - x_.low) / x_.length() * frame_.width(),
            frame_.bottom_right.y - (y - y_.low) / y_.length() * frame_.height()};
}

void Axes::draw_grid() {
    const Stroke faint{std::max(font_ / 30, 1.0), grid_color}, tick{std::max(font_ / 25, 1.0), frame_color};
    const Ticks across = round_ticks(x_, std::clamp(static_cast<int>(frame_.width() / font_ / 3.2), 2, 10));
    const Ticks up = round_ticks(y_, std::clamp(static_cast<int>(frame_.height() / font_ / 2), 2, 8));
    const double bottom = frame_.bottom_right.y, left = frame_.top_left.x;
    for (const double value : across.values) {
        const double x = place(value, 0).x;
        canvas_.line({x, frame_.top_left.y}, {x, bottom}, faint);
        canvas_.line({x, bottom}, {x, bottom + tick_length * font_}, tick);
        canvas_.text({x, bottom + number_gap * font_}, across.text(value), {font_, 0.5, 0, 0, black});
    }
    for (const double value : up.values) {
        const double y = place(0, value).y;
        canvas_.line({left, y}, {frame_.bottom_right.x, y}, faint);
        canvas_.line({left - tick_length * font_, y}, {left, y}, tick);
        canvas_.text({left - number_gap * font_, y}, up.text(value), {font_, 1, 0.5, 0, black});
    }
}

void Axes::draw_frame() {
    canvas_.outline(frame_.top_left, frame_.bottom_right, {std::max(font_ / 20, 1.0), frame_color});
}

void Axes::title(const std::string& text) {
    const double middle = (frame_.top_left.x + frame_.bottom_right.x) / 2;
    canvas_.text({middle, frame_.top_left.y - title_gap * font_}, text,
                 {font_ * title_scale, 0.5, 1, 0, black});
}

void Axes::x_label(const std::string& text) {
    const double middle = (frame_.top_left.x + frame_.bottom_right.x) / 2;
    canvas_.text({middle, frame_.bottom_right.y + x_label_gap * font_}, text, {font_, 0.5, 0, 0, black});
}

void Axes::y_label(const std::string& text) {
    const Ticks ticks = round_ticks(y_, 6);
    std::size_t longest = 0;
    for (const double value : ticks.values) longest = std::max(longest, ticks.text(value).size());
    const double numbers = static_cast<double>(longest) * digit_width * font_;
    const double middle = (frame_.top_left.y + frame_.bottom_right.y) / 2;
    canvas_.text({frame_.top_left.x - numbers - label_gap * font_, middle}, text, {font_, 1, 0.5, 1, black});
}

void Axes::curve(std::span<const double> x, std::span<const double> y, const Stroke& stroke) {
    std::vector<Pixel> points;
    for (std::size_t i = 0; i <= y.size(); ++i) {
        if (i < y.size() && std::isfinite(x[i]) && std::isfinite(y[i])) {
            points.push_back(place(x[i], y[i]));
        } else {
            canvas_.lines(points, stroke);
            points.clear();
        }
    }
}

double legend_width(const Canvas& canvas, std::span<const LegendEntry> entries, double font) {
    double widest = 0;
    for (const LegendEntry& entry : entries) widest = std::max(widest, canvas.text_width(entry.text, font));
    return widest + (sample_length + sample_gap + 2 * legend_margin) * font;
}

double draw_legend(Canvas& canvas, Pixel place, std::span<const LegendEntry> entries, double font) {
    const double width = legend_width(canvas, entries, font);
    const double height = (static_cast<double>(entries.size()) * row_height + legend_margin) * font;
    const Pixel end{place.x + width, place.y + height};
    canvas.fill(place, end, {1, 1, 1, 0.85});
    canvas.outline(place, end, {std::max(font / 25, 1.0), {0.8, 0.8, 0.8, 1}});
    double y = place.y + (legend_margin + row_height) / 2 * font;
    for (const LegendEntry& entry : entries) {
        const double x = place.x + legend_margin * font;
        canvas.line({x, y}, {x + sample_length * font, y}, entry.stroke);
        canvas.text({x + (sample_length + sample_gap) * font, y}, entry.text, {font, 0, 0.5, 0, black});
        y += row_height * font;
    }
    return height;
}

}  // namespace yolo::plots
