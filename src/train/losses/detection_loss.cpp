// SPDX-License-Identifier: Apache-2.0
#include "train/losses/detection_loss.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "train/losses/assigner.hpp"
#include "train/losses/class_loss.hpp"
#include "train/losses/positive_losses.hpp"

namespace yolo::train {

namespace {

struct Picture {
    std::vector<TargetObject> objects;
    std::vector<Assignment> assigned;
    PositiveSums sums;
};

AssignerOptions assigner_options(const HeadView& head, bool rotated) {
    AssignerOptions options;
    options.rotated = rotated;
    options.shortest_side = static_cast<float>(head.levels[head.levels.size() > 1 ? 1 : 0].stride);
    return options;
}

void assign_picture(const HeadView& head, int picture, const AssignerOptions& options, Picture& into) {
    if (into.objects.empty()) return;
    std::vector<AnchorGrid> grids;
    for (const HeadLevel& level : head.levels) grids.push_back({level.height, level.width, level.stride});
    const auto candidates = find_candidates(grids, into.objects, options);
    std::vector<std::array<float, 5>> boxes(static_cast<std::size_t>(head.anchors()));
    std::vector<char> decoded(boxes.size());
    for (const std::vector<int>& anchors : candidates) {
        for (const int anchor : anchors) {
            const auto at = static_cast<std::size_t>(anchor);
            if (decoded[at] != 0) continue;
            boxes[at] = predicted_box(head, picture, anchor, options.rotated);
            decoded[at] = 1;
        }
    }
    const auto probability = [&](int anchor, int class_id) {
        const AnchorPlace place = anchor_place(head, anchor);
        return 1 / (1 + std::exp(-place.level->cls.at(place.row(picture), class_id)));
    };
    into.assigned = assign(candidates, into.objects, {boxes, probability}, options);
}

/// Throws Error when the batch lacks what the task learns beside boxes.
void check_extras(const data::Batch& batch, const DetectionLossOptions& options,
                  std::span<const PrototypeView> prototypes) {
    if (batch.objects() == 0) return;
    const auto keypoints = static_cast<std::size_t>(options.kpt_shape[0]);
    if (options.task == Task::pose && batch.keypoints.size() != 3 * keypoints * batch.objects()) {
        throw Error(fmt::format("a batch of {} objects has {} keypoints, but the network has {} per object",
                                batch.objects(), batch.keypoints.size() / 3, keypoints));
    }
    if (options.task != Task::segment) return;
    const auto planes = static_cast<std::int64_t>(options.overlap_mask ? prototypes.size() : batch.objects());
    const Shape wanted{planes, prototypes[0].height, prototypes[0].width};
    if (batch.masks.shape() != wanted ||
        (batch.masks.dtype() != DType::u8 && batch.masks.dtype() != DType::i32)) {
        throw Error(fmt::format("the masks of a batch are {} {}, expected {} of U8 or I32",
                                yolo::to_string(batch.masks.dtype()), yolo::to_string(batch.masks.shape()),
                                yolo::to_string(wanted)));
    }
}

/// Sum of the class loss without the targets: blocks of rows, each summed alone, then in order.
double whole_background(const HeadView& head, std::span<const float> weights, float scale,
                        const ParallelLoop& parallel) {
    constexpr std::int64_t block = 256;
    struct Part {
        const HeadLevel* level;
        std::int64_t begin, end;
    };
    std::vector<Part> parts;
    for (const HeadLevel& level : head.levels) {
        const std::int64_t rows = static_cast<std::int64_t>(level.anchors()) * head.pictures;
        for (std::int64_t row = 0; row < rows; row += block) {
            parts.push_back({&level, row, std::min(row + block, rows)});
        }
    }
    std::vector<double> sums(parts.size());
    parallel(static_cast<std::int64_t>(parts.size()), [&](std::int64_t i) {
        const Part& part = parts[static_cast<std::size_t>(i)];
        sums[static_cast<std::size_t>(i)] =
            background_loss(part.level->cls, part.begin, part.end, weights, scale, part.level->cls_gradient);
    });
    double sum = 0;
    for (const double part : sums) sum += part;
    return sum;
}

/// The items in the order of loss_names(), with gains.
std::vector<float> items_of(const DetectionLossOptions& options, const PositiveSums& sums, double score_sum,
                            double positives) {
    const auto shared = [&](double sum, double gain) { return static_cast<float>(sum / score_sum * gain); };
    const auto averaged = [&](double sum, double gain) {
        return positives > 0 ? static_cast<float>(sum / positives * gain) : 0.0f;
    };
    const LossGains& gains = options.gains;
    const float box = shared(sums.box, gains.box), cls = shared(sums.cls, gains.cls),
                dfl = shared(sums.dfl, gains.dfl);
    switch (options.task) {
        case Task::segment:
            return {box, averaged(sums.mask, gains.box), cls, dfl, 0};
        case Task::pose:
            return {box, averaged(sums.keypoint, gains.pose), averaged(sums.visible, gains.kobj), cls, dfl};
        case Task::obb:
            return {box, cls, dfl, shared(sums.angle, gains.angle)};
        default:
            return {box, cls, dfl};
    }
}

}  // namespace

DetectionLoss detection_loss(const HeadView& head, std::span<const PrototypeView> prototypes,
                             const data::Batch& batch, const DetectionLossOptions& options,
                             const ParallelLoop& parallel) {
    const bool rotated = options.task == Task::obb;
    std::vector<Picture> pictures(static_cast<std::size_t>(head.pictures));
    auto objects = target_objects(batch, head.pictures, head.input, head.class_count, rotated);
    check_extras(batch, options, prototypes);
    const AssignerOptions assigner = assigner_options(head, rotated);
    parallel(head.pictures, [&](std::int64_t i) {
        Picture& picture = pictures[static_cast<std::size_t>(i)];
        picture.objects = std::move(objects[static_cast<std::size_t>(i)]);
        assign_picture(head, static_cast<int>(i), assigner, picture);
    });

    double score_sum = 0;
    std::size_t positives = 0;
    for (const Picture& picture : pictures) {
        positives += picture.assigned.size();
        for (const Assignment& assigned : picture.assigned) score_sum += static_cast<double>(assigned.score);
    }
    score_sum = std::max(score_sum, 1.0);

    const PositiveLosses positive(head, batch, options, {score_sum, static_cast<double>(positives)});
    PositiveSums sums;
    sums.cls = whole_background(head, options.class_weights, positive.class_scale(), parallel);
    parallel(head.pictures, [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        Picture& picture = pictures[at];
        const PrototypeView* own = prototypes.empty() ? nullptr : &prototypes[at];
        picture.sums = positive(static_cast<int>(i), picture.objects, picture.assigned, own);
    });
    for (const Picture& picture : pictures) sums += picture.sums;

    DetectionLoss loss{items_of(options, sums, score_sum, static_cast<double>(positives)), 0};
    for (const float item : loss.items) loss.total += static_cast<double>(item);
    loss.total *= head.pictures;
    return loss;
}

}  // namespace yolo::train
