// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_parser.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

#include <fmt/core.h>

#include "data/dataset/foreign_path.hpp"
#include "data/dataset/label_numbers.hpp"

namespace yolo::data {

namespace {

constexpr std::size_t box_columns = 5, fewest_polygon_columns = 7, dota_columns = 10;
constexpr std::size_t most_problems = 20;
constexpr float largest_share = 1.01F, smallest_share = -0.01F;

/// Rows of numbers, one behind the other; a row that is no list of numbers is noted and left out.
struct Rows {
    std::vector<float> values;
    std::vector<std::size_t> ends = {0};
    std::vector<int> lines;

    std::size_t size() const { return lines.size(); }
    std::span<const float> row(std::size_t i) const {
        return std::span(values).subspan(ends[i], ends[i + 1] - ends[i]);
    }
};

class Parser {
  public:
    explicit Parser(const LabelRules& rules) : rules_(rules) {}

    ParsedLabels parse(std::string_view text);

  private:
    void read_rows(std::string_view text);
    void read_row(std::span<const std::string_view> words, int line);
    void check_row(std::size_t i);
    std::string check_columns(std::size_t columns) const;
    std::string check_class(float number) const;
    void add_object(std::span<const float> row);
    void drop_duplicates();
    void problem(int line, std::string text);

    std::size_t keypoint_columns() const {
        return static_cast<std::size_t>(rules_.kpt_shape[0]) * static_cast<std::size_t>(rules_.kpt_shape[1]);
    }
    bool pose() const { return rules_.task == Task::pose; }

    LabelRules rules_;
    Rows rows_;
    bool polygons_ = false;
    ParsedLabels parsed_;
};

void Parser::problem(int line, std::string text) {
    ++parsed_.bad_rows;
    if (parsed_.problems.size() < most_problems) parsed_.problems.push_back({line, std::move(text)});
}

void Parser::read_row(std::span<const std::string_view> words, int line) {
    const bool cut = rules_.task == Task::detect && keypoint_columns() > 0 &&
                     words.size() == box_columns + keypoint_columns();
    if (cut) words = words.first(box_columns);
    const std::size_t begin = rows_.values.size();
    for (const std::string_view word : words) {
        const auto number = parse_number(word);
        if (!number) {
            rows_.values.resize(begin);
            constexpr std::size_t shown = 20;
            const bool plain =
                std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < 127; });
            const char* dota =
                rules_.task == Task::obb && words.size() == dota_columns
                    ? " (DOTA's own form? here a line is the number of a class and x y of four corners "
                      "in shares of the picture's width and height)"
                    : "";
            return problem(line, plain ? fmt::format("'{}' is not a number{}", word.substr(0, shown), dota)
                                       : std::string("there is something that is not a number"));
        }
        rows_.values.push_back(static_cast<float>(*number));
    }
    rows_.ends.push_back(rows_.values.size());
    rows_.lines.push_back(line);
    polygons_ = polygons_ || (!pose() && words.size() > box_columns + 1);
}

void Parser::read_rows(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // byte-order mark
    std::vector<std::string_view> words;
    for (int line = 1; !text.empty(); ++line) {
        split_words(take_line(text), words);
        if (words.empty()) continue;
        ++parsed_.rows;
        read_row(words, line);
    }
}

/// What is wrong with a row of so many columns, or "".
std::string Parser::check_columns(std::size_t columns) const {
    if (polygons_) {
        if (columns == box_columns) return "a box among polygons: a file holds one or the other";
        const bool good = columns >= fewest_polygon_columns && columns % 2 == 1;
        if (good) return "";
        return fmt::format(
            "{} columns: a polygon is a class and x y of three points or more{}", columns,
            columns > fewest_polygon_columns ? ", an odd number (with a confidence behind them?)" : "");
    }
    const std::size_t expected = box_columns + (pose() ? keypoint_columns() : 0);
    if (columns == expected) return "";
    if (rules_.task == Task::obb)
        return fmt::format("{} columns: an object of obb is a class and x y of its four corners", columns);
    if (rules_.task == Task::segment)
        return fmt::format("{} columns: an object of segment is a class and x y of three points or more",
                           columns);
    return fmt::format("{} columns instead of {}", columns, expected);
}

std::string Parser::check_class(float number) const {
    if (!std::isfinite(number) || number != std::floor(number)) {
        return fmt::format("the class {} is not a whole number", number);
    }
    if (number < 0) return fmt::format("the class {} is negative", number);
    if (rules_.single_cls || number < static_cast<float>(rules_.class_count)) return "";
    return fmt::format("the class {} is not one of 0 to {}", number, rules_.class_count - 1);
}

/// The extent of the points (x, y, x, y, ...).
image::Box4 extent(std::span<const float> points) {
    float x1 = points[0], x2 = points[0], y1 = points[1], y2 = points[1];
    for (std::size_t i = 2; i < points.size(); i += 2) {
        x1 = std::min(x1, points[i]);
        x2 = std::max(x2, points[i]);
        y1 = std::min(y1, points[i + 1]);
        y2 = std::max(y2, points[i + 1]);
    }
    return image::xyxy_to_xywh({x1, y1, x2, y2});
}

/// Of points that are not in the picture, in the numbers of their row.
std::string where_points_are(std::span<const float> points) {
    constexpr float no_share = 5;
    const auto [x, y, w, h] = extent(points);
    const float right = x + w / 2, bottom = y + h / 2;
    if (std::max(right, bottom) > no_share)
        return fmt::format(
            "its points go to {:.6g}; they are shares of the picture's width and height, from 0 to 1, "
            "not pixels",
            std::max(right, bottom));
    return fmt::format("x goes from {:.4g} to {:.4g}, y from {:.4g} to {:.4g}, the picture from 0 to 1",
                       x - w / 2, right, y - h / 2, bottom);
}

/// What is wrong with coordinates of which the highest and lowest count, or "".
std::string check_range(std::span<const float> values, float highest) {
    for (const float value : values) {
        if (!std::isfinite(value)) return fmt::format("a value is {}", value);
        if (value < smallest_share) return fmt::format("{} is negative", value);
        if (value > highest) return fmt::format("{} is above 1", value);
    }
    return "";
}

/// The box is free to reach out of the picture when keypoints say where the object is.
std::string check_keypoints(std::span<const float> columns, std::size_t values_each) {
    constexpr float any = std::numeric_limits<float>::max();
    std::string text = check_range(columns.first(4), any);
    for (std::size_t i = 4; text.empty() && i < columns.size(); i += values_each) {
        text = check_range(columns.subspan(i, 2), largest_share);
        if (text.empty()) text = check_range(columns.subspan(i + 2, values_each - 2), any);
    }
    return text;
}

void Parser::check_row(std::size_t i) {
    const auto row = rows_.row(i);
    std::string text = check_columns(row.size());
    if (text.empty()) text = check_class(row[0]);
    if (text.empty() && polygons_) {
        const bool finite =
            std::all_of(row.begin(), row.end(), [](float value) { return std::isfinite(value); });
        const image::Box4 box = extent(row.subspan(1));
        text = finite ? check_range(box, largest_share) : "a value is nan or inf";
        if (!text.empty() && finite)
            text = "the polygon reaches out of the picture: " + where_points_are(row.subspan(1));
    } else if (text.empty()) {
        const auto columns = row.subspan(1);
        text = pose() ? check_keypoints(columns, static_cast<std::size_t>(rules_.kpt_shape[1]))
                      : check_range(columns, largest_share);
        if (text.empty() && (row[3] < 0 || row[4] < 0)) text = "a box of negative width or height";
    }
    if (!text.empty()) problem(rows_.lines[i], std::move(text));
}

void Parser::add_object(std::span<const float> row) {
    Labels& labels = parsed_.labels;
    constexpr auto largest = static_cast<float>(1 << 30);
    labels.classes.push_back(static_cast<int>(std::min(row[0], largest)));
    const auto columns = row.subspan(1);
    if (polygons_) {
        labels.boxes.push_back(extent(columns));
        Polygon& polygon = labels.polygons.emplace_back();
        polygon.reserve(columns.size() / 2);
        for (std::size_t i = 0; i < columns.size(); i += 2) polygon.push_back({columns[i], columns[i + 1]});
        return;
    }
    labels.boxes.push_back({columns[0], columns[1], columns[2], columns[3]});
    const auto step = static_cast<std::size_t>(rules_.kpt_shape[1]);
    for (std::size_t i = 4; i < columns.size(); i += step) {
        const float x = columns[i], y = columns[i + 1];
        const float visibility = step > 2 ? columns[i + 2] : x < 0 || y < 0 ? 0.F : 1.F;
        labels.keypoints.push_back({x, y, visibility});
    }
}

/// Equal rows are kept once; only when there are some, the rows are sorted (class, box, then the rest).
void Parser::drop_duplicates() {
    std::vector<std::size_t> order(rows_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto compare = [&](std::size_t a, std::size_t b) -> std::partial_ordering {
        const auto left = rows_.row(a), right = rows_.row(b);
        if (polygons_) {
            if (left[0] != right[0]) return left[0] <=> right[0];
            const auto boxes = extent(left.subspan(1)) <=> extent(right.subspan(1));
            if (std::is_neq(boxes)) return boxes;
        }
        return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end());
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return std::is_lt(compare(a, b)); });
    const auto last = std::unique(order.begin(), order.end(),
                                  [&](std::size_t a, std::size_t b) { return std::is_eq(compare(a, b)); });
    parsed_.duplicates = static_cast<std::size_t>(order.end() - last);
    if (parsed_.duplicates == 0) std::iota(order.begin(), order.end(), std::size_t{0});
    for (auto i = order.begin(); i != last; ++i) add_object(rows_.row(*i));
}

ParsedLabels Parser::parse(std::string_view text) {
    if (std::string encoding = encoding_problem(text); !encoding.empty()) {
        problem(0, std::move(encoding));
        return std::move(parsed_);
    }
    read_rows(text);
    for (std::size_t i = 0; i < rows_.size(); ++i) check_row(i);
    if (parsed_.problems.empty()) drop_duplicates();
    std::stable_sort(parsed_.problems.begin(), parsed_.problems.end(),
                     [](const LabelProblem& a, const LabelProblem& b) { return a.line < b.line; });
    return std::move(parsed_);
}

}  // namespace

ParsedLabels parse_labels(std::string_view text, const LabelRules& rules) {
    return Parser(rules).parse(text);
}

}  // namespace yolo::data
