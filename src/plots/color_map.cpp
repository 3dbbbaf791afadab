// SPDX-License-Identifier: Apache-2.0
#include "plots/color_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "plots/axes.hpp"

namespace yolo::plots {

namespace {

// "Blues" of Cynthia Brewer's ColorBrewer (Apache-2.0), nine classes.
constexpr std::array<unsigned, 9> stops = {0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6,
                                           0x4292c6, 0x2171b5, 0x08519c, 0x08306b};
constexpr int bar_steps = 256;

}  // namespace

Color blues(double share) {
    const double at = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    const Color a = color_of(stops[low]), b = color_of(stops[low + 1]);
    const double part = at - static_cast<double>(low);
    const auto mix = [&](double from, double to) { return from + (to - from) * part; };
    return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue), 1};
}

void draw_color_bar(Canvas& canvas, Pixel corner, Pixel opposite, double highest, double font) {
    const double height = opposite.y - corner.y;
    for (int i = 0; i < bar_steps; ++i) {
        const double bottom = std::round(opposite.y - height * i / bar_steps);
        const double top = std::round(opposite.y - height * (i + 1) / bar_steps);
        canvas.fill({corner.x, top}, {opposite.x, bottom}, blues((i + 0.5) / bar_steps));
    }
    canvas.outline(corner, opposite, {std::max(font / 25, 1.0), black});
    const Ticks ticks = round_ticks({0, highest}, 6);
    for (const double value : ticks.values) {
        const double y = opposite.y - value / highest * height;
        canvas.line({opposite.x, y}, {opposite.x + font / 3, y}, {std::max(font / 25, 1.0), black});
        canvas.text({opposite.x + font * 0.7, y}, ticks.text(value), {font, 0, 0.5, 0, black});
    }
}

}  // namespace yolo::plots
