// SPDX-License-Identifier: Apache-2.0
#include "tasks/result_summary.hpp"

#include "tasks/result_numbers.hpp"

namespace yolo::tasks {

namespace {

/// Coordinates in the unit and with the places that were asked for. The division is in float32, as tensors do
/// it.
class Rounding {
  public:
    Rounding(const Result& result, const SummaryOptions& options)
        : width_(options.normalize ? static_cast<float>(result.orig_shape.width) : 1),
          height_(options.normalize ? static_cast<float>(result.orig_shape.height) : 1),
          decimals_(options.decimals) {}

    double x(float value) const { return number(value / width_); }
    double y(float value) const { return number(value / height_); }
    double number(float value) const { return round_decimal(value, decimals_); }

  private:
    float width_, height_;
    int decimals_;
};

Fields box_fields(const Box& box, const Rounding& rounding) {
    return {{"x1", rounding.x(box.x1)},
            {"y1", rounding.y(box.y1)},
            {"x2", rounding.x(box.x2)},
            {"y2", rounding.y(box.y2)}};
}

Fields box_fields(const RotatedBox& box, const Rounding& rounding) {
    const auto c = box.corners();
    return {{"x1", rounding.x(c[0].x)}, {"y1", rounding.y(c[0].y)}, {"x2", rounding.x(c[1].x)},
            {"y2", rounding.y(c[1].y)}, {"x3", rounding.x(c[2].x)}, {"y3", rounding.y(c[2].y)},
            {"x4", rounding.x(c[3].x)}, {"y4", rounding.y(c[3].y)}};
}

Fields segment_fields(const std::vector<Point>& polygon, const Rounding& rounding) {
    NumberList x, y;
    for (const Point& point : polygon) {
        x.push_back(rounding.x(point.x));
        y.push_back(rounding.y(point.y));
    }
    return {{"x", std::move(x)}, {"y", std::move(y)}};
}

Fields keypoint_fields(const std::vector<Keypoint>& keypoints, bool has_visible, const Rounding& rounding) {
    NumberList x, y, visible;
    for (const Keypoint& keypoint : keypoints) {
        x.push_back(rounding.x(keypoint.x));
        y.push_back(rounding.y(keypoint.y));
        visible.push_back(rounding.number(keypoint.confidence));
    }
    Fields fields{{"x", std::move(x)}, {"y", std::move(y)}};
    if (has_visible) fields.emplace_back("visible", std::move(visible));
    return fields;
}

Record class_fields(const Result& result, int class_id, float confidence, const Rounding& rounding) {
    return {
        {"name", result.name(class_id)}, {"class", class_id}, {"confidence", rounding.number(confidence)}};
}

template <class AnyBox>
Record detection(const Result& result, const AnyBox& box, const Rounding& rounding) {
    Record record = class_fields(result, box.class_id, box.confidence, rounding);
    record.emplace_back("box", box_fields(box, rounding));
    if (box.track_id >= 0) record.emplace_back("track_id", box.track_id);
    return record;
}

}  // namespace

std::vector<Record> summarize(const Result& result, const SummaryOptions& options) {
    const Rounding rounding(result, options);
    std::vector<Record> records;
    if (result.task == Task::classify) {
        for (const int class_id : result.top(5)) {
            records.push_back(
                class_fields(result, class_id, result.probs[static_cast<std::size_t>(class_id)], rounding));
        }
        return records;
    }
    for (const RotatedBox& box : result.obb) records.push_back(detection(result, box, rounding));
    for (std::size_t i = 0; i < result.boxes.size(); ++i) {
        Record record = detection(result, result.boxes[i], rounding);
        if (i < result.masks.size())
            record.emplace_back("segments", segment_fields(result.polygon(i), rounding));
        if (i < result.keypoints.size()) {
            record.emplace_back("keypoints",
                                keypoint_fields(result.keypoints[i], result.keypoint_values == 3, rounding));
        }
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace yolo::tasks
