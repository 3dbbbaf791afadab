// SPDX-License-Identifier: Apache-2.0
#include "plots/results.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "plots/axes.hpp"
#include "plots/results_table.hpp"

namespace yolo::plots {

namespace {

constexpr int results_height = 6 * panel_dpi;
constexpr double results_font = 11 * panel_dpi / 72.0;
constexpr double curve_width = 2 * panel_dpi / 72.0, dot_radius = 2.6 * panel_dpi / 72.0;
constexpr double dot_gap = 2.5 * dot_radius;  // of closer epochs only every so many have a dot
constexpr std::size_t legend_panel = 1;

std::vector<ResultsTable> read_tables(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("results") && name.ends_with(".csv")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.stem() < b.stem(); });
    std::vector<ResultsTable> tables;
    for (const auto& file : files) tables.push_back(read_results(file));
    if (tables.empty()) {
        throw Error(fmt::format("{}: there is no results.csv to draw results.png from", folder.string()));
    }
    return tables;
}

/// The epochs, or 1, 2, ... when they are not given.
std::vector<double> epochs_of(const ResultsTable& table, std::size_t count) {
    if (const std::vector<double>* epochs = table.find("epoch")) return *epochs;
    std::vector<double> places(count);
    std::iota(places.begin(), places.end(), 1.0);
    return places;
}

void draw_dots(Canvas& canvas, const Axes& axes, std::span<const double> x, std::span<const double> y,
               const Color& color) {
    if (y.empty()) return;
    const double span = axes.place(x.back(), 0).x - axes.place(x.front(), 0).x;
    const double each = span / static_cast<double>(y.size());
    const auto step = static_cast<std::size_t>(std::clamp(dot_gap / std::max(each, 1e-3), 1.0, 1e3));
    for (std::size_t i = 0; i < y.size(); i += step) {
        if (std::isfinite(y[i])) canvas.disc(axes.place(x[i], y[i]), dot_radius, color);
    }
}

std::vector<LegendEntry> legend_of(const std::vector<ResultsTable>& tables) {
    std::vector<LegendEntry> legend;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        legend.push_back({tables[i].name, {curve_width, line_color(2 * i)}});
        if (i == 0) legend.push_back({"smooth", {curve_width, line_color(2 * i + 1), curve_width}});
    }
    return legend;
}

void draw_panel(Canvas& canvas, const std::vector<ResultsTable>& tables, const std::string& column,
                const Frame& frame, bool with_legend) {
    std::vector<double> all, epochs;
    for (const ResultsTable& table : tables) {
        const std::vector<double>* values = table.find(column);
        if (values == nullptr) continue;
        const std::vector<double> x = epochs_of(table, values->size());
        all.insert(all.end(), values->begin(), values->end());
        epochs.insert(epochs.end(), x.begin(), x.end());
    }
    Axes axes(canvas, frame, range_of(epochs), range_of(all), results_font * 0.8);
    axes.draw_grid();
    axes.draw_frame();
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const std::vector<double>* values = tables[i].find(column);
        if (values == nullptr) continue;
        const std::vector<double> x = epochs_of(tables[i], values->size());
        axes.curve(x, *values, {curve_width, line_color(2 * i)});
        draw_dots(canvas, axes, x, *values, line_color(2 * i));
        axes.curve(x, gauss_smoothed(*values), {curve_width, line_color(2 * i + 1), curve_width});
    }
    axes.title(column);
    if (!with_legend) return;
    const std::vector<LegendEntry> legend = legend_of(tables);
    const double list_width = legend_width(canvas, legend, results_font * 0.8);
    draw_legend(canvas,
                {frame.bottom_right.x - list_width - results_font / 3, frame.top_left.y + results_font / 3},
                legend, results_font * 0.8);
}

}  // namespace

std::vector<double> gauss_smoothed(std::span<const double> values) {
    constexpr int radius = 12;
    constexpr double sigma = 3;
    const auto count = static_cast<int>(values.size());
    std::vector<double> weights;
    for (int k = -radius; k <= radius; ++k) weights.push_back(std::exp(-0.5 * k * k / (sigma * sigma)));
    // Mirrored at the ends, which are repeated: ... 1 0 | 0 1 2 ... n-1 | n-1 n-2 ...
    const auto mirrored = [&](int i) {
        const int place = ((i % (2 * count)) + 2 * count) % (2 * count);
        return static_cast<std::size_t>(place < count ? place : 2 * count - 1 - place);
    };
    std::vector<double> smooth(values.size());
    for (int i = 0; i < count; ++i) {
        double sum = 0, weight_sum = 0;
        for (int k = -radius; k <= radius; ++k) {
            const double value = values[mirrored(i + k)],
                         weight = weights[static_cast<std::size_t>(k + radius)];
            if (!std::isfinite(value)) continue;
            sum += weight * value;
            weight_sum += weight;
        }
        smooth[static_cast<std::size_t>(i)] = sum / weight_sum;
    }
    return smooth;
}

void draw_results(RunFiles& files) {
    const std::vector<ResultsTable> tables = read_tables(files.folder());
    const std::vector<std::string> panels = panel_columns(tables[0]);
    if (panels.empty()) return;
    const std::size_t columns = (panels.size() + 1) / 2;
    const auto width = static_cast<int>((panels.size() + 2) * panel_dpi);
    Canvas canvas(width, results_height);
    const double panel_width = static_cast<double>(width) / static_cast<double>(columns);
    for (std::size_t i = 0; i < panels.size(); ++i) {
        const Pixel corner{panel_width * static_cast<double>(i % columns),
                           results_height / 2.0 * static_cast<double>(i / columns)};
        const Frame frame{{corner.x + results_font * 3, corner.y + results_font * 2},
                          {corner.x + panel_width - results_font * 0.6,
                           corner.y + results_height / 2.0 - results_font * 1.8}};
        draw_panel(canvas, tables, panels[i], frame, i == std::min(legend_panel, panels.size() - 1));
    }
    canvas.save(files.claim_beside("results.png"));
}

}  // namespace yolo::plots
