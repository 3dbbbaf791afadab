// SPDX-License-Identifier: Apache-2.0
#include "tasks/nms.hpp"

#include <algorithm>
#include <cmath>

#include "core/float_limit.hpp"
#include "tasks/nms_overlap.hpp"

namespace yolo::tasks {

namespace {

constexpr float class_offset = 7680;   // pixels between the classes
constexpr float highest_class = 1e6f;  // a final row with another class is rubbish

image::Box4 centre_box(const RawOutput& raw, int anchor) {
    return {raw.channel(0)[anchor], raw.channel(1)[anchor], raw.channel(2)[anchor], raw.channel(3)[anchor]};
}

/// All boxes lie within less than the offset, so that boxes of different classes cannot overlap and each
/// class can be looked at alone. Not so for boxes far outside any picture, nor for NaN.
bool offset_separates(const RawOutput& raw) {
    float lowest = 0, highest = 0;
    const float* x = raw.channel(0);
    const float* width = raw.channel(2);
    bool finite = true;
    for (int i = 0; i < raw.anchors; ++i) {
        const float half = std::abs(width[i]) / 2;
        finite &= std::isfinite(x[i]) && std::isfinite(half);
        lowest = std::min(lowest, x[i] - half);
        highest = std::max(highest, x[i] + half);
    }
    return finite && highest - lowest < class_offset - 2;  // 2: sums are rounded
}

std::vector<Detection> upright_nms(const RawOutput& raw, const NmsOptions& options, BestFirst order,
                                   bool separate) {
    const float limit = float_limit(options.iou);
    std::vector<KeptBoxes> kept(separate ? static_cast<std::size_t>(raw.class_count) : 1);
    std::vector<Detection> detections;
    while (static_cast<int>(detections.size()) < options.max_det) {
        const Candidate* candidate = order.next();
        if (candidate == nullptr) break;
        const image::Box4 xyxy = image::xywh_to_xyxy(centre_box(raw, candidate->anchor));
        const float offset = options.agnostic ? 0 : static_cast<float>(candidate->class_id) * class_offset;
        const image::Box4 moved{xyxy[0] + offset, xyxy[1] + offset, xyxy[2] + offset, xyxy[3] + offset};
        KeptBoxes& others = kept[separate ? static_cast<std::size_t>(candidate->class_id) : 0];
        if (others.overlaps(moved, limit)) continue;
        others.add(moved);
        detections.push_back({xyxy, candidate->score, candidate->class_id, candidate->anchor});
    }
    return detections;
}

std::vector<Detection> rotated_nms(const RawOutput& raw, const NmsOptions& options, BestFirst order,
                                   bool separate) {
    const float* angles = raw.channel(4 + raw.class_count);
    std::vector<SeenRotated> seen(separate ? static_cast<std::size_t>(raw.class_count) : 1,
                                  SeenRotated(options.iou));
    std::vector<Detection> detections;
    while (static_cast<int>(detections.size()) < options.max_det) {
        const Candidate* candidate = order.next();
        if (candidate == nullptr) break;
        const image::Box4 box = centre_box(raw, candidate->anchor);
        const float offset = options.agnostic ? 0 : static_cast<float>(candidate->class_id) * class_offset;
        const image::Rotated5 moved{box[0] + offset, box[1] + offset, box[2], box[3],
                                    angles[candidate->anchor]};
        SeenRotated& others = seen[separate ? static_cast<std::size_t>(candidate->class_id) : 0];
        const bool stays = !others.overlaps(moved);
        others.add(moved);
        if (stays) detections.push_back({box, candidate->score, candidate->class_id, candidate->anchor});
    }
    return detections;
}

}  // namespace

std::vector<Detection> nms(const RawOutput& raw, const NmsOptions& options) {
    return suppress(raw, find_candidates(raw, options.conf, options.multi_label, options.classes), options);
}

std::vector<Detection> suppress(const RawOutput& raw, std::vector<Candidate> candidates,
                                const NmsOptions& options) {
    BestFirst order(std::move(candidates), static_cast<std::size_t>(std::max(options.max_candidates, 0)));
    const bool apart = !options.agnostic && offset_separates(raw);
    if (!options.rotated) return upright_nms(raw, options, std::move(order), apart);
    // probIoU has tails: at a threshold of nearly 0 even boxes of different classes could touch.
    return rotated_nms(raw, options, std::move(order), apart && options.iou > 0.01);
}

std::vector<Detection> filter_final_rows(std::span<const float> rows, int row_count, int row_size,
                                         const NmsOptions& options) {
    std::vector<Detection> detections;
    for (int i = 0; i < row_count && static_cast<int>(detections.size()) < options.max_det; ++i) {
        const auto row = rows.subspan(static_cast<std::size_t>(i) * static_cast<std::size_t>(row_size));
        if (!(row[4] > options.conf && row[5] >= 0 && row[5] < highest_class)) continue;
        const int class_id = static_cast<int>(row[5]);
        const auto& classes = options.classes;
        if (!classes.empty() && std::find(classes.begin(), classes.end(), class_id) == classes.end())
            continue;
        detections.push_back({{row[0], row[1], row[2], row[3]}, row[4], class_id, i});
    }
    return detections;
}

}  // namespace yolo::tasks
