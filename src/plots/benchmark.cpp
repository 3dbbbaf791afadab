// SPDX-License-Identifier: Apache-2.0
#include "plots/benchmark.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/core.h>

#include "plots/axes.hpp"

namespace yolo::plots {

namespace {

constexpr int figure_width = 9 * diagram_dpi, figure_height = 6 * diagram_dpi;
constexpr double letters = 11 * diagram_dpi / 72.0;  // 11 points
constexpr double largest_radius = 0.028 * figure_width, smallest_radius = 0.006 * figure_width;
constexpr double opacity = 0.55;

/// The engines, in the order in which they first appear.
std::vector<std::string> groups_of(std::span<const BenchmarkPoint> points) {
    std::vector<std::string> groups;
    for (const BenchmarkPoint& point : points)
        if (std::find(groups.begin(), groups.end(), point.group) == groups.end())
            groups.push_back(point.group);
    return groups;
}

/// From nothing to a bit more than the slowest: how many times quicker one is can be seen.
Range latency_range(std::span<const BenchmarkPoint> points) {
    double most = 0;
    for (const BenchmarkPoint& point : points) most = std::max(most, point.latency_ms);
    return {0, most > 0 ? most * 1.15 : 1};
}

/// At least two hundredths high, since equal files shall look equal; names stand above the discs.
Range metric_range(std::span<const BenchmarkPoint> points) {
    double low = 1, high = 0;
    for (const BenchmarkPoint& point : points) {
        low = std::min(low, point.metric);
        high = std::max(high, point.metric);
    }
    const double height = std::max(high - low, 0.02);
    return {low - 0.5 * height, high + 1.1 * height};
}

/// Places of upright names, from left to right as their discs are, each at least `width` from the next and
/// none right of `right`.
std::vector<double> name_places(const std::vector<double>& discs, double width, double right) {
    std::vector<double> places = discs;
    for (std::size_t i = 1; i < places.size(); ++i) places[i] = std::max(places[i], places[i - 1] + width);
    for (std::size_t i = places.size(); i-- > 0; right -= width) places[i] = std::min(places[i], right);
    return places;
}

struct Disc {
    Pixel place;
    double radius = 0;
    Color color;
    std::string name;
};

std::vector<Disc> discs_of(const Axes& axes, std::span<const BenchmarkPoint> points,
                           const std::vector<std::string>& groups) {
    double most = 1;
    for (const BenchmarkPoint& point : points) most = std::max(most, point.bytes);
    std::vector<Disc> discs;
    for (const BenchmarkPoint& point : points) {
        const auto group = std::find(groups.begin(), groups.end(), point.group) - groups.begin();
        Disc& disc = discs.emplace_back();
        disc.place = axes.place(point.latency_ms, point.metric);
        disc.radius = std::max(largest_radius * std::sqrt(point.bytes / most), smallest_radius);
        disc.color = line_color(static_cast<std::size_t>(group));
        disc.color.alpha = opacity;
        disc.name = fmt::format("{}  {:.1f} MB", point.name, point.bytes / (1 << 20));
    }
    std::stable_sort(discs.begin(), discs.end(),
                     [](const Disc& a, const Disc& b) { return a.place.x < b.place.x; });
    return discs;
}

/// Discs, and above them their names on thin lines.
void draw_discs(Canvas& canvas, const std::vector<Disc>& discs, double right) {
    constexpr double size = 0.85 * letters, foot = 1.2 * letters;
    std::vector<double> middles;
    for (const Disc& disc : discs) {
        canvas.disc(disc.place, disc.radius, disc.color);
        middles.push_back(disc.place.x);
    }
    const std::vector<double> places = name_places(middles, 1.2 * size, right - size);
    for (std::size_t i = 0; i < discs.size(); ++i) {
        const Pixel top{discs[i].place.x, discs[i].place.y};
        const Pixel name{places[i], discs[i].place.y - largest_radius - foot};
        canvas.lines(std::array{top, Pixel{name.x, name.y + 0.2 * letters}}, {2, color_of(0x606060, 0.7)});
        canvas.text(name, discs[i].name, {size, 0.5, 1, 1, black});
    }
}

}  // namespace

void draw_benchmark(std::span<const BenchmarkPoint> points, const std::string& title,
                    const std::string& metric, const std::filesystem::path& file) {
    Canvas canvas(figure_width, figure_height);
    const std::vector<std::string> groups = groups_of(points);
    std::vector<LegendEntry> legend;
    for (std::size_t i = 0; i < groups.size(); ++i)
        legend.push_back({groups[i], {largest_radius / 2, line_color(i)}});
    const double right = figure_width - legend_width(canvas, legend, letters) - 2 * letters;
    const Frame frame{{7 * letters, 3 * letters}, {right, figure_height - 4 * letters}};
    Axes axes(canvas, frame, latency_range(points), metric_range(points), letters);
    axes.draw_grid();
    axes.draw_frame();
    axes.title(title);
    axes.x_label("ms per image (median); area: size of the file");
    axes.y_label(metric);
    draw_discs(canvas, discs_of(axes, points, groups), right);
    draw_legend(canvas, {right + letters, frame.top_left.y}, legend, letters);
    canvas.save(file);
}

}  // namespace yolo::plots
