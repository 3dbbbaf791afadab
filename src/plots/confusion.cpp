// SPDX-License-Identifier: Apache-2.0
#include "plots/confusion.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "plots/axes.hpp"
#include "plots/color_map.hpp"

namespace yolo::plots {

namespace {

constexpr double matrix_width = 12 * diagram_dpi, matrix_height = 9 * diagram_dpi;
constexpr double dots_per_point = diagram_dpi / 72.0;
constexpr std::size_t many_classes = 100, most_shown = 60;
constexpr std::size_t most_named_rows = 99, most_numbered = 30;  // fewer rows have names, numbers
constexpr double blank_below = 0.005, white_above = 0.45;
constexpr double bar_gap = matrix_width / 60, bar_width = matrix_width / 40, bar_font = 9 * dots_per_point;
constexpr double bar_room = bar_gap + bar_width + 5 * bar_font;  // with numbers of six digits
constexpr double longest_name_share = 0.28;                      // of the figure's height

/// The rows that are drawn: all, or every so many of a hundred and more.
std::vector<int> shown_rows(const metrics::ConfusionMatrix& matrix) {
    const auto size = static_cast<std::size_t>(matrix.size());
    const std::size_t classes = size - (matrix.has_background() ? 1 : 0);
    const std::size_t step = classes >= many_classes ? std::max<std::size_t>(2, classes / most_shown) : 1;
    std::vector<int> rows;
    for (std::size_t i = 0; i < classes; i += step) rows.push_back(static_cast<int>(i));
    if (matrix.has_background()) rows.push_back(static_cast<int>(classes));
    return rows;
}

struct Cells {
    std::vector<double> values;  ///< (rows, rows)
    std::vector<std::string> names;
    std::size_t rows = 0;
    bool normalized = false;
};

Cells shown_cells(const metrics::ConfusionMatrix& matrix, std::span<const std::string> names,
                  bool normalized) {
    const std::vector<int> rows = shown_rows(matrix);
    const std::vector<double> shares = matrix.normalized();
    const auto size = static_cast<std::size_t>(matrix.size());
    Cells cells{{}, {}, rows.size(), normalized};
    for (const int predicted : rows) {
        const auto row = static_cast<std::size_t>(predicted);
        cells.names.push_back(row < names.size() ? names[row] : "background");
        for (const int truth : rows) {
            cells.values.push_back(normalized ? shares[row * size + static_cast<std::size_t>(truth)]
                                              : static_cast<double>(matrix.at(predicted, truth)));
        }
    }
    return cells;
}

void draw_cells(Canvas& canvas, const Cells& cells, const Frame& frame) {
    const double highest = *std::max_element(cells.values.begin(), cells.values.end());
    const double across = frame.width() / static_cast<double>(cells.rows);
    const double down = frame.height() / static_cast<double>(cells.rows);
    const double font = std::min({10 * dots_per_point, across * 0.28, down * 0.5});
    for (std::size_t i = 0; i < cells.values.size(); ++i) {
        const double value = cells.values[i];
        const double x = frame.top_left.x + across * static_cast<double>(i % cells.rows);
        const double y = frame.top_left.y + down * static_cast<double>(i / cells.rows);
        const bool blank = cells.normalized ? value < blank_below : value == 0;
        const double share = highest > 0 ? value / highest : 0;
        canvas.fill({x, y}, {x + across + 0.5, y + down + 0.5}, blank ? white : blues(share));
        if (blank || cells.rows >= most_numbered) continue;
        const bool dark = cells.normalized ? value > white_above : share > white_above;
        canvas.text({x + across / 2, y + down / 2},
                    cells.normalized ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value),
                    {font, 0.5, 0.5, 0, dark ? white : black});
    }
    const double end_x = frame.bottom_right.x + bar_gap;
    draw_color_bar(canvas, {end_x, frame.top_left.y}, {end_x + bar_width, frame.bottom_right.y},
                   highest > 0 ? highest : 1, bar_font);
}

void draw_names(Canvas& canvas, const std::vector<std::string>& names, const Frame& frame, double font) {
    const auto count = static_cast<double>(names.size());
    const double gap = 2.5 * dots_per_point;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double at = (static_cast<double>(i) + 0.5) / count;
        canvas.text({frame.top_left.x + at * frame.width(), frame.bottom_right.y + gap}, names[i],
                    {font, 0.5, 0, 1, black});
        canvas.text({frame.top_left.x - gap, frame.top_left.y + at * frame.height()}, names[i],
                    {font, 1, 0.5, 0, black});
    }
}

void draw_matrix(Cells cells, const std::filesystem::path& file) {
    Canvas canvas(static_cast<int>(matrix_width), static_cast<int>(matrix_height));
    const auto rows = static_cast<double>(cells.rows);
    const double font = std::max(6.0, 15 - 0.1 * rows) * dots_per_point * 0.8;
    const double label_font = std::max(6.0, 12 - 0.1 * rows) * dots_per_point;
    const bool named = cells.rows < most_named_rows;
    double longest = 0;
    for (std::string& name : cells.names) {
        name = canvas.fitting(name, font, matrix_height * longest_name_share);
        longest = std::max(longest, named ? canvas.text_width(name, font) : 0);
    }
    const double margin = label_font * 2.6 + longest;
    const Frame frame{{margin, label_font * 2.6}, {matrix_width - bar_room, matrix_height - margin}};
    draw_cells(canvas, cells, frame);
    canvas.outline(frame.top_left, frame.bottom_right, {3, black});
    if (named) draw_names(canvas, cells.names, frame, font);
    const double middle_x = (frame.top_left.x + frame.bottom_right.x) / 2;
    const double middle_y = (frame.top_left.y + frame.bottom_right.y) / 2;
    canvas.text({middle_x, frame.top_left.y - label_font * 0.8},
                cells.normalized ? "Confusion Matrix Normalized" : "Confusion Matrix",
                {label_font * 1.2, 0.5, 1, 0, black});
    canvas.text({middle_x, matrix_height - label_font * 0.6}, "True", {label_font, 0.5, 1, 0, black});
    canvas.text({label_font * 0.6, middle_y}, "Predicted", {label_font, 0, 0.5, 1, black});
    canvas.save(file);
}

}  // namespace

void draw_confusion_matrix(const metrics::ConfusionMatrix& matrix, std::span<const std::string> names,
                           RunFiles& files) {
    if (matrix.size() == 0) return;
    draw_matrix(shown_cells(matrix, names, false), files.claim_beside("confusion_matrix.png"));
    draw_matrix(shown_cells(matrix, names, true), files.claim_beside("confusion_matrix_normalized.png"));
}

}  // namespace yolo::plots
