// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_file.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/trimmed.hpp"
#include "core/utf8_text.hpp"

namespace yolo::metrics {

namespace {

constexpr std::size_t least_fields = 6, most_fields = 10;
constexpr double farthest = 1e7;  // pixels
constexpr double most_classes = 1e6;

/// A line of a file, to tell where something is wrong.
struct Place {
    const std::string& file;
    int line;

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(fmt::format("{}, line {}: {}", file, line, what));
    }
};

double to_number(std::string_view field, std::size_t column, const Place& place) {
    std::string_view digits = field;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value))
        place.refuse(
            fmt::format("'{}' in column {} is not a number", printable(field.substr(0, 40)), column));
    return value;
}

int to_whole(double value, double least, double most, const char* what, const Place& place) {
    if (value != std::floor(value) || value < least || value > most) {
        place.refuse(fmt::format("the {} is a whole number from {} to {}, not {}", what, least, most, value));
    }
    return static_cast<int>(value);
}

/// The column says something else in other benchmarks: a place in the world.
int class_of(double value) {
    return value >= 1 && value <= most_classes && value == std::floor(value) ? static_cast<int>(value) : -1;
}

/// Fields by commas or, without any, by blanks.
MotRow parse_row(std::string_view line, const Place& place) {
    const std::string_view separators = line.find(',') == std::string_view::npos ? " \t" : ",";
    std::array<double, most_fields> values{};
    values[6] = 1;
    values[7] = -1;
    std::size_t count = 0;
    while (!line.empty()) {
        if (count == most_fields)
            place.refuse(fmt::format("it has more than {} fields: are two rows in one line?", most_fields));
        const std::size_t end = std::min(line.find_first_of(separators), line.size());
        values[count] = to_number(trimmed(line.substr(0, end)), count + 1, place);
        ++count;
        line = end == line.size() ? std::string_view() : line.substr(end + 1);
        if (separators != ",") line = trimmed(line);
    }
    if (count < least_fields)
        place.refuse(
            fmt::format("it has {} fields; frame, id, left, top, width and height are needed", count));
    constexpr double most_id = std::numeric_limits<int>::max();
    const MotRow row{to_whole(values[0], 1, most_mot_frames, "frame", place),
                     to_whole(values[1], -1, most_id, "id", place),
                     values[2],
                     values[3],
                     values[4],
                     values[5],
                     values[6],
                     class_of(values[7])};
    for (const double pixels : {row.left, row.top, row.width, row.height}) {
        if (std::abs(pixels) > farthest)
            place.refuse(fmt::format("{} pixels are further than the {} of any picture", pixels, farthest));
    }
    return row;
}

}  // namespace

std::vector<MotRow> parse_mot(std::string_view text, const std::string& where, MotIds ids) {
    std::vector<MotRow> rows;
    std::set<std::pair<int, int>> seen;
    for (int line = 1; !text.empty(); ++line) {
        const std::string_view content = trimmed(next_line(text));
        if (content.empty()) continue;
        const Place place{where, line};
        rows.push_back(parse_row(content, place));
        const MotRow& row = rows.back();
        if (row.id < 0 && ids == MotIds::needed)
            place.refuse("the box has no id (-1): detections are not tracks, and cannot be judged");
        if (row.id >= 0 && !seen.emplace(row.frame, row.id).second)
            place.refuse(fmt::format("the id {} is in frame {} twice", row.id, row.frame));
    }
    return rows;
}

std::vector<MotRow> read_mot(const std::filesystem::path& path, MotIds ids) {
    return parse_mot(read_utf8(path), path.string(), ids);
}

std::string mot_text(const std::vector<MotRow>& rows) {
    std::string text;
    for (const MotRow& row : rows) {
        fmt::format_to(std::back_inserter(text), "{},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.4f},-1,-1,-1\n",
                       row.frame, row.id, row.left, row.top, row.width, row.height, row.confidence);
    }
    return text;
}

}  // namespace yolo::metrics
