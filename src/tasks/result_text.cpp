// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <map>

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/result.hpp>

#include "core/files.hpp"
#include "core/rim.hpp"

namespace yolo {

namespace {

constexpr std::size_t fewest_polygon_points = 3;

/// Numbers as C's %g writes them, each after a blank.
void append_column(std::string& line, float value) {
    line += fmt::format(" {:g}", value);
}

void append_point(std::string& line, float x, float y, Size picture) {
    append_column(line, x / static_cast<float>(picture.width));
    append_column(line, y / static_cast<float>(picture.height));
}

void append_center_and_sides(std::string& line, const Box& box, Size picture) {
    append_point(line, (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2, picture);
    append_point(line, box.x2 - box.x1, box.y2 - box.y1, picture);
}

template <class AnyBox>
void append_score_and_id(std::string& line, const AnyBox& box, bool with_confidence) {
    if (with_confidence) append_column(line, box.confidence);
    if (box.track_id >= 0) line += fmt::format(" {}", box.track_id);
}

std::vector<std::string> box_lines(const Result& result, bool with_confidence) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < result.boxes.size(); ++i) {
        const Box& box = result.boxes[i];
        std::string line = std::to_string(box.class_id);
        if (i < result.masks.size()) {
            const std::vector<Point> polygon = result.polygon(i);
            if (polygon.size() < fewest_polygon_points) continue;
            for (const Point& point : polygon) append_point(line, point.x, point.y, result.orig_shape);
        } else {
            append_center_and_sides(line, box, result.orig_shape);
        }
        if (i < result.keypoints.size()) {
            for (const Keypoint& keypoint : result.keypoints[i]) {
                append_point(line, keypoint.x, keypoint.y, result.orig_shape);
                if (result.keypoint_values == 3) append_column(line, keypoint.confidence);
            }
        }
        append_score_and_id(line, box, with_confidence);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

std::string Result::verbose() const try {
    std::string text;
    if (task == Task::classify) {
        for (const int i : top(5))
            text += fmt::format("{} {:.2f}, ", name(i), probs[static_cast<std::size_t>(i)]);
        return text;
    }
    std::map<int, int> counts;
    for (const Box& box : boxes) ++counts[box.class_id];
    for (const RotatedBox& box : obb) ++counts[box.class_id];
    for (const auto& [class_id, count] : counts)
        text += fmt::format("{} {}{}, ", count, name(class_id), count > 1 ? "s" : "");
    return text.empty() ? "(no detections), " : text;
} catch (...) {
    rethrow_as_error();
}

std::vector<std::string> Result::label_lines(bool with_confidence) const try {
    std::vector<std::string> lines;
    if (task == Task::classify) {
        for (const int i : top(5))
            lines.push_back(fmt::format("{:.2f} {}", probs[static_cast<std::size_t>(i)], name(i)));
        return lines;
    }
    if (task != Task::obb) return box_lines(*this, with_confidence);
    for (const RotatedBox& box : obb) {
        std::string line = std::to_string(box.class_id);
        for (const Point& corner : box.corners()) append_point(line, corner.x, corner.y, orig_shape);
        append_score_and_id(line, box, with_confidence);
        lines.push_back(std::move(line));
    }
    return lines;
} catch (...) {
    rethrow_as_error();
}

void Result::save_txt(const std::string& path_given, bool with_confidence) const try {
    const std::string file = expand_home(path_given).string();
    const std::vector<std::string> lines = label_lines(with_confidence);
    if (lines.empty()) return;
    if (const auto folder = std::filesystem::path(file).parent_path(); !folder.empty())
        make_directories(folder);
    std::string text;
    for (const std::string& line : lines) (text += line) += '\n';
    std::ofstream out(file, std::ios::app | std::ios::binary);
    out << text << std::flush;
    if (!out) {
        throw Error(
            fmt::format("{}: the labels could not be written: check that the folder may be written to "
                        "and the disk has room",
                        file));
    }
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
