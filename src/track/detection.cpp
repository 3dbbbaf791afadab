// SPDX-License-Identifier: Apache-2.0
#include "track/detection.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numbers>

#include <fmt/format.h>

#include <yolo/error.hpp>

namespace yolo::track {

namespace {

bool usable(std::initializer_list<float> values) {
    return std::all_of(values.begin(), values.end(), [](float value) {
        return std::abs(value) <= farthest;  // false for NaN
    });
}

/// Sides whose ratio leaves the floats.
bool is_thread(float width, float height) {
    constexpr float thinnest = 1e-3f;  // pixels
    const auto thin = [](float side) { return side > 0 && side < thinnest; };
    return thin(width) || thin(height);
}

/// Long side first; the corners are those of the box at angle 0, and its top left corner and sides are what
/// is exact.
bool read(const RotatedBox& box, Detection& detection) {
    if (!usable({box.cx, box.cy, box.width, box.height, box.angle, box.confidence})) return false;
    if (is_thread(box.width, box.height)) return false;
    float width = box.width, height = box.height, angle = box.angle;
    if (width < height) {
        std::swap(width, height);
        angle += std::numbers::pi_v<float> / 2;
    }
    const float left = box.cx - width / 2, top = box.cy - height / 2;
    detection.shape = shape_of({left, top, left + width, top + height}, angle, true);
    detection.angle = angle;
    return true;
}

bool read(const Box& box, Detection& detection) {
    if (!usable({box.x1, box.y1, box.x2, box.y2, box.confidence})) return false;
    if (is_thread(box.x2 - box.x1, box.y2 - box.y1)) return false;
    detection.shape.corners = {box.x1, box.y1, box.x2, box.y2};
    return true;
}

template <class GivenBox>
void add(std::vector<Detection>& list, const std::vector<GivenBox>& boxes, bool indexed) {
    list.reserve(boxes.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        Detection detection;
        if (!read(boxes[i], detection)) continue;
        detection.score = std::clamp(boxes[i].confidence, 0.0f, 1.0f);
        detection.class_id = boxes[i].class_id;
        detection.index = indexed ? static_cast<int>(i) : -1;
        list.push_back(std::move(detection));
    }
}

void check(const Detections& given) {
    const bool upright = !given.boxes.empty() || !given.recovered.empty();
    const bool rotated = !given.obb.empty() || !given.recovered_obb.empty();
    if (upright && rotated)
        throw UsageError("a tracker takes upright boxes or rotated ones, and this frame has both");
    const std::size_t count = given.boxes.size() + given.obb.size();
    if (!given.features.empty() && given.features.size() != count) {
        throw UsageError(fmt::format("{} features were given for {} detections: one each, or none at all",
                                     given.features.size(), count));
    }
}

}  // namespace

void check_pairs(std::size_t pairs) {
    if (pairs <= most_pairs) return;
    throw Error(fmt::format(
        "a frame has so many boxes over one another that more than {} pairs of a track and a detection "
        "are possible: a suppression (NMS) must come before the tracker",
        most_pairs));
}

Vector4 center_form(const image::Box4& corners) {
    const double width = corners[2] - corners[0], height = corners[3] - corners[1];
    return {corners[0] + width / 2, corners[1] + height / 2, width, height};
}

Vector4 Detection::measured(Measured form) const {
    Vector4 values = center_form(shape.corners);
    if (form == Measured::xyah) values[2] /= values[3];
    return values;
}

image::Rotated5 rotated_form(const image::Box4& corners, float angle) {
    const float width = corners[2] - corners[0], height = corners[3] - corners[1];
    return {corners[0] + width / 2, corners[1] + height / 2, width, height, angle};
}

Shape shape_of(const image::Box4& corners, float angle, bool rotated) {
    if (!rotated) return {corners, {}};
    return {corners, image::box_gaussian(rotated_form(corners, angle))};
}

std::vector<float> normalised(std::span<const float> feature) {
    double squares = 0;
    for (const float value : feature) squares += static_cast<double>(value) * value;
    const double norm = std::sqrt(squares);
    if (!(norm >= 1e-12) || !std::isfinite(norm)) return {};
    std::vector<float> unit(feature.begin(), feature.end());
    for (float& value : unit) value = static_cast<float>(value / norm);
    return unit;
}

Frame make_frame(const Detections& given, bool with_features) {
    check(given);
    Frame frame;
    frame.rotated = !given.obb.empty() || !given.recovered_obb.empty();
    frame.seconds = std::isfinite(given.seconds) ? given.seconds : 0;
    add(frame.detections, given.boxes, true);
    add(frame.detections, given.obb, true);
    add(frame.recovered, given.recovered, false);
    add(frame.recovered, given.recovered_obb, false);
    if (!with_features || given.features.empty()) return frame;
    for (Detection& detection : frame.detections)
        detection.feature = normalised(given.features[static_cast<std::size_t>(detection.index)]);
    return frame;
}

}  // namespace yolo::track
