// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/mot_rows.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "inference/sequence.hpp"

namespace yolo::modes {

namespace {

metrics::MotRow row_of(const Box& box, int frame) {
    return {frame, box.track_id, box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1, box.confidence};
}

metrics::MotRow row_of(const RotatedBox& box, int frame) {
    const auto corners = box.corners();
    const auto [left, right] = std::minmax_element(corners.begin(), corners.end(),
                                                   [](const Point& a, const Point& b) { return a.x < b.x; });
    const auto [top, bottom] = std::minmax_element(corners.begin(), corners.end(),
                                                   [](const Point& a, const Point& b) { return a.y < b.y; });
    return row_of(Box{left->x, top->y, right->x, bottom->y, box.confidence, box.class_id, box.track_id},
                  frame);
}

}  // namespace

std::vector<metrics::MotRow> mot_rows(const Result& result, int frame) {
    std::vector<metrics::MotRow> rows;
    for (const Box& box : result.boxes)
        if (box.track_id >= 0) rows.push_back(row_of(box, frame));
    for (const RotatedBox& box : result.obb)
        if (box.track_id >= 0) rows.push_back(row_of(box, frame));
    return rows;
}

int mot_frame(const sources::Frame& frame) {
    const bool picture = inference::Sequence(frame).file < 0 && frame.frame_number == 0;
    return picture ? frame.folder_index + 1 : frame.frame_number;
}

std::string mot_sequence_name(const std::filesystem::path& file, const std::string& otherwise) {
    const std::filesystem::path folder = std::filesystem::absolute(file).lexically_normal().parent_path();
    const std::string part = folder.filename();
    const bool known = part == "img1" || part == "det" || part == "gt";
    const std::string name = known ? folder.parent_path().filename().string() : otherwise;
    return name.empty() ? "sequence" : name;
}

void refuse_given(const RunFiles& files, const std::filesystem::path& name,
                  const std::filesystem::path& given) {
    std::error_code absent;
    if (!std::filesystem::equivalent(files.folder() / name, given, absent)) return;
    throw Error(
        fmt::format("'{}' is read by this run, so no result is written onto it: give another save_dir= or "
                    "name=",
                    given.string()));
}

}  // namespace yolo::modes
