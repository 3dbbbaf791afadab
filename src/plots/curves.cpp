// SPDX-License-Identifier: Apache-2.0
#include "plots/curves.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "plots/axes.hpp"

namespace yolo::plots {

namespace {

using metrics::ClassPrecision;
using metrics::PrecisionTable;

constexpr int curves_width = 9 * diagram_dpi, curves_height = 6 * diagram_dpi;
constexpr double curves_font = 11 * diagram_dpi / 72.0;  // 11 points
constexpr double class_line = 3.5, mean_line = 10.5;
constexpr std::size_t most_listed = 20;  // classes with a colour and a name of their own
constexpr std::size_t solid_lines = 10;  // further lines are dashed
constexpr double dash_length = 14;
constexpr Color faint_gray{0.5, 0.5, 0.5, 0.45}, mean_color{0, 0, 1, 1};

struct CurveFigure {
    std::string title, x_label, y_label;
    std::vector<double> ClassPrecision::*curve;
    std::vector<double> mean;
    std::string mean_text;
    std::vector<std::string> class_texts;
};

Stroke class_stroke(std::size_t index) {
    return {class_line, line_color(index), index < solid_lines ? 0 : dash_length};
}

std::vector<double> unit_values() {
    std::vector<double> x;
    for (int i = 0; i < metrics::curve_points; ++i) x.push_back(metrics::curve_x(i));
    return x;
}

/// A name that leaves room for the curves.
std::string short_name(const std::string& name) {
    constexpr std::size_t most = 24;
    if (name.size() <= most) return name;
    std::size_t end = most - 1;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // whole characters
    return name.substr(0, end) + "…";
}

void draw_diagram(const PrecisionTable& table, const CurveFigure& figure, const std::filesystem::path& file) {
    Canvas canvas(curves_width, curves_height);
    const bool listed = table.classes.size() <= most_listed;
    std::vector<LegendEntry> legend;
    for (std::size_t i = 0; listed && i < table.classes.size(); ++i) {
        legend.push_back({figure.class_texts[i], class_stroke(i)});
    }
    legend.push_back({figure.mean_text, {mean_line, mean_color}});
    const double legend_font = curves_font * 0.82;
    const double list_width = legend_width(canvas, legend, legend_font);
    const Frame frame{{curves_font * 4.8, curves_font * 2.6},
                      {curves_width - list_width - curves_font * 1.4, curves_height - curves_font * 4}};
    Axes axes(canvas, frame, {0, 1}, {0, 1}, curves_font);
    axes.draw_grid();
    const std::vector<double> x = unit_values();
    for (std::size_t i = 0; i < table.classes.size(); ++i) {
        axes.curve(x, table.classes[i].*figure.curve,
                   listed ? class_stroke(i) : Stroke{class_line, faint_gray});
    }
    axes.curve(x, figure.mean, {mean_line, mean_color});
    axes.draw_frame();
    axes.title(figure.title);
    axes.x_label(figure.x_label);
    axes.y_label(figure.y_label);
    draw_legend(canvas, {frame.bottom_right.x + curves_font * 0.7, frame.top_left.y}, legend, legend_font);
    canvas.save(file);
}

CurveFigure over_confidence(const PrecisionTable& table, std::span<const std::string> names,
                            const std::string& quantity, std::vector<double> ClassPrecision::*curve) {
    CurveFigure figure{quantity + "-Confidence Curve", "Confidence", quantity, curve, {}, {}, {}};
    figure.mean = metrics::box_smoothed(metrics::mean_curve(table, curve));
    const auto best = std::max_element(figure.mean.begin(), figure.mean.end());
    figure.mean_text = fmt::format("all classes {:.2f} at {:.3f}", *best,
                                   metrics::curve_x(static_cast<int>(best - figure.mean.begin())));
    for (const ClassPrecision& row : table.classes) {
        figure.class_texts.push_back(short_name(names[static_cast<std::size_t>(row.class_id)]));
    }
    return figure;
}

CurveFigure over_recall(const PrecisionTable& table, std::span<const std::string> names) {
    constexpr auto curve = &ClassPrecision::precision_at_recall;
    CurveFigure figure{"Precision-Recall Curve", "Recall", "Precision", curve, {}, {}, {}};
    figure.mean = metrics::mean_curve(table, curve);
    figure.mean_text = fmt::format("all classes {:.3f} mAP@0.5", table.map50());
    for (const ClassPrecision& row : table.classes) {
        figure.class_texts.push_back(
            fmt::format("{} {:.3f}", short_name(names[static_cast<std::size_t>(row.class_id)]), row.ap50()));
    }
    return figure;
}

}  // namespace

void draw_curves(const PrecisionTable& table, std::span<const std::string> names, RunFiles& files,
                 const std::string& prefix) {
    if (table.classes.empty()) return;
    const auto file = [&](const char* name) { return files.claim_beside(prefix + name); };
    draw_diagram(table, over_recall(table, names), file("PR_curve.png"));
    draw_diagram(table, over_confidence(table, names, "F1", &ClassPrecision::f1_curve), file("F1_curve.png"));
    draw_diagram(table, over_confidence(table, names, "Precision", &ClassPrecision::precision_curve),
                 file("P_curve.png"));
    draw_diagram(table, over_confidence(table, names, "Recall", &ClassPrecision::recall_curve),
                 file("R_curve.png"));
}

}  // namespace yolo::plots
