// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/dataset/label_parser.hpp"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check(const yolo::data::ParsedLabels& parsed, const yolo::data::LabelRules& rules) {
    const yolo::data::Labels& labels = parsed.labels;
    require(labels.boxes.size() == labels.size());
    require(labels.polygons.empty() || labels.polygons.size() == labels.size());
    if (!parsed.problems.empty()) return require(labels.size() == 0);
    require(labels.size() + parsed.duplicates == parsed.rows);
    for (const int class_id : labels.classes) {
        require(class_id >= 0 && (rules.single_cls || class_id < rules.class_count));
    }
    for (const auto& box : labels.boxes) {
        require(std::all_of(box.begin(), box.end(), [](float v) { return std::isfinite(v) && v >= -0.01F; }));
    }
    if (rules.task == yolo::Task::pose) {
        require(labels.keypoints.size() == labels.size() * static_cast<std::size_t>(rules.kpt_shape[0]));
    }
}

}  // namespace

/// Any text gives labels that hold what the rules promise, or problems. The first byte chooses the rules.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    yolo::data::LabelRules rules;
    rules.task = static_cast<yolo::Task>(data[0] % 4);  // detect, segment, pose, obb
    rules.class_count = 3;
    rules.single_cls = (data[0] & 0x10) != 0;
    if (rules.task == yolo::Task::pose || (data[0] & 0x20) != 0)
        rules.kpt_shape = {2, 2 + (data[0] >> 6 & 1)};
    check(yolo::data::parse_labels({reinterpret_cast<const char*>(data) + 1, size - 1}, rules), rules);
    return 0;
}
