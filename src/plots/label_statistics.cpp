// SPDX-License-Identifier: Apache-2.0
#include "plots/label_statistics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "plots/axes.hpp"
#include "plots/color_map.hpp"

namespace yolo::plots {

namespace {

constexpr int labels_side = 8 * panel_dpi;
constexpr double labels_font = 9 * panel_dpi / 72.0, quarter_side = labels_side / 2.0;
constexpr std::size_t most_named_bars = 30, most_outlines = 500;
constexpr int bins = 50;
constexpr double bar_share = 0.8, longest_bar_name = 260;

/// The frame of a quarter of the figure.
Frame quarter(int column, int row, double below) {
    const Pixel corner{quarter_side * column, quarter_side * row};
    return {{corner.x + labels_font * 4.2, corner.y + labels_font * 2},
            {corner.x + quarter_side - labels_font * 0.8, corner.y + quarter_side - below}};
}

/// Near white would not be seen on white.
Color visible(const Color& color) {
    const bool is_light = std::min({color.red, color.green, color.blue}) > 0.85;
    return is_light ? Color{0.65, 0.65, 0.65, 1} : color;
}

std::vector<std::size_t> count_classes(std::span<const int> classes, std::size_t names) {
    std::vector<std::size_t> counts(std::max<std::size_t>(names, 1));
    for (const int class_id : classes) {
        if (class_id >= 0 && static_cast<std::size_t>(class_id) < counts.size()) {
            ++counts[static_cast<std::size_t>(class_id)];
        }
    }
    return counts;
}

void draw_count_axis(Canvas& canvas, const Axes& axes, const Frame& frame, const Range& heights) {
    const Ticks ticks = round_ticks(heights, 6);
    for (const double value : ticks.values) {
        const double y = axes.place(0, value).y;
        canvas.line({frame.top_left.x, y}, {frame.bottom_right.x, y}, {1, {0.88, 0.88, 0.88, 1}});
        canvas.text({frame.top_left.x - labels_font * 0.5, y}, ticks.text(value),
                    {labels_font, 1, 0.5, 0, black});
    }
}

void draw_counts(Canvas& canvas, std::span<const int> classes, std::span<const std::string> names) {
    const std::vector<std::size_t> counts = count_classes(classes, names.size());
    const bool named = names.size() < most_named_bars;
    const double slots = static_cast<double>(counts.size());
    const double slot_width = quarter(0, 0, 0).width() / slots;
    const double name_font = std::min(labels_font, slot_width * 0.85),
                 number_font = std::min(labels_font, slot_width * 0.4);
    double below = labels_font * 3.6;
    for (const std::string& name : names) {
        const double length = named ? std::min(canvas.text_width(name, name_font), longest_bar_name) : 0;
        below = std::max(below, length + labels_font * 1.6);
    }
    const Frame frame = quarter(0, 0, below);
    const double most = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
    const Range heights{0, std::max(most * 1.12, 1.0)};  // room for the number on the highest bar
    Axes axes(canvas, frame, {0, slots}, heights, labels_font);
    draw_count_axis(canvas, axes, frame, heights);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto count = static_cast<double>(counts[i]);
        const double middle = static_cast<double>(i) + 0.5;
        const Pixel top = axes.place(middle, count), foot = axes.place(middle, 0);
        canvas.fill(axes.place(middle - bar_share / 2, count), axes.place(middle + bar_share / 2, 0),
                    visible(class_color(static_cast<int>(i))));
        if (!named || i >= names.size()) continue;
        canvas.text({top.x, top.y - labels_font * 0.3}, fmt::format("{}", counts[i]),
                    {number_font, 0.5, 1, 0, black});
        canvas.text({foot.x, foot.y + labels_font * 0.5},
                    canvas.fitting(names[i], name_font, longest_bar_name), {name_font, 0.5, 0, 1, black});
    }
    canvas.line({frame.top_left.x, frame.bottom_right.y}, frame.bottom_right, {2, black});
    if (!named) axes.x_label("classes");
    axes.title("instances");
}

void draw_outlines(Canvas& canvas, std::span<const int> classes, std::span<const image::Box4> boxes) {
    const Frame frame = quarter(1, 0, labels_font * 3.6);
    const double middle_x = (frame.top_left.x + frame.bottom_right.x) / 2;
    const double middle_y = (frame.top_left.y + frame.bottom_right.y) / 2;
    const double scale = std::min(frame.width(), frame.height());
    for (std::size_t i = 0; i < std::min(boxes.size(), most_outlines); ++i) {
        const double x = static_cast<double>(boxes[i][2]) * scale / 2;
        const double y = static_cast<double>(boxes[i][3]) * scale / 2;
        canvas.outline({middle_x - x, middle_y - y}, {middle_x + x, middle_y + y},
                       {1.2, visible(class_color(classes[i]))});
    }
    canvas.text({middle_x, frame.top_left.y - labels_font * 0.7}, "box shapes",
                {labels_font * 1.2, 0.5, 1, 0, black});
}

/// How often two of a box's numbers occur together.
void draw_density(Canvas& canvas, std::span<const image::Box4> boxes, std::size_t first, const Frame& frame) {
    std::vector<double> counts(static_cast<std::size_t>(bins * bins));
    const auto bin = [](float share) {
        return static_cast<std::size_t>(std::clamp(static_cast<int>(share * bins), 0, bins - 1));
    };
    for (const image::Box4& box : boxes) counts[bin(box[first + 1]) * bins + bin(box[first])] += 1;
    const double most = std::max(*std::max_element(counts.begin(), counts.end()), 1.0);
    Axes axes(canvas, frame, {0, 1}, {0, 1}, labels_font);
    axes.draw_grid();
    for (int i = 0; i < bins * bins; ++i) {
        const double count = counts[static_cast<std::size_t>(i)];
        if (count == 0) continue;
        const double x = static_cast<double>(i % bins) / bins, y = static_cast<double>(i / bins) / bins;
        // Single boxes must be seen beside bins that hold thousands.
        canvas.fill(axes.place(x, y + 1.0 / bins), axes.place(x + 1.0 / bins, y),
                    blues(0.15 + 0.85 * std::sqrt(count / most)));
    }
    axes.x_label(first == 0 ? "x" : "width");
    axes.y_label(first == 0 ? "y" : "height");
    axes.title(first == 0 ? "centres" : "sizes");
}

}  // namespace

void draw_label_statistics(std::span<const int> classes, std::span<const image::Box4> xywh_shares,
                           std::span<const std::string> names, RunFiles& files) {
    const auto boxes = xywh_shares.first(std::min(xywh_shares.size(), most_labels));
    Canvas canvas(labels_side, labels_side);
    draw_counts(canvas, classes.first(boxes.size()), names);
    draw_outlines(canvas, classes, boxes);
    draw_density(canvas, boxes, 0, quarter(0, 1, labels_font * 3.6));
    draw_density(canvas, boxes, 2, quarter(1, 1, labels_font * 3.6));
    canvas.save(files.claim_beside("labels.jpg"));
}

}  // namespace yolo::plots
