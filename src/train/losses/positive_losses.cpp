// SPDX-License-Identifier: Apache-2.0
#include "train/losses/positive_losses.hpp"

#include <cmath>
#include <memory>
#include <numbers>

#include "image/anchors.hpp"
#include "train/losses/class_loss.hpp"
#include "train/losses/row_losses.hpp"

namespace yolo::train {

namespace {

constexpr int most_logits = 4 * SideDistributions::most_bins;

float probability_of(float logit) {
    return 1 / (1 + std::exp(-logit));
}

/// The gradient by left, top, right, bottom and the angle of a loss whose gradient by (cx, cy, w, h, angle)
/// is given: the way back of image::distances_to_rotated.
std::array<float, 5> through_rotation(const std::array<float, 5>& g, const std::array<float, 4>& distances,
                                      float angle) {
    const auto [left, top, right, bottom] = distances;
    const float c = std::cos(angle), s = std::sin(angle);
    const float x = (right - left) / 2, y = (bottom - top) / 2;
    const float along = (c * g[0] + s * g[1]) / 2, across = (-s * g[0] + c * g[1]) / 2;
    return {g[2] - along, g[3] - across, g[2] + along, g[3] + across,
            g[4] + g[0] * (-x * s - y * c) + g[1] * (x * c - y * s)};
}

}  // namespace

struct PositiveLosses::Row {
    AnchorPlace anchor;
    std::int64_t at;  ///< row of the level's maps
    int picture;
    const TargetObject& object;
    float score;

    /// The object's box in grid units.
    std::array<float, 5> target() const {
        std::array<float, 5> box = object.box;
        for (std::size_t i = 0; i < 4; ++i) box[i] /= static_cast<float>(anchor.level->stride);
        return box;
    }
};

float angle_of(float logit) {
    return (probability_of(logit) - 0.25f) * std::numbers::pi_v<float>;
}

std::array<float, 5> predicted_box(const HeadView& head, int picture, int anchor, bool rotated) {
    const AnchorPlace place = anchor_place(head, anchor);
    const std::int64_t row = place.row(picture);
    std::array<float, most_logits> logits;
    place.level->box.read(row, logits.data());
    const auto distances = expected_distances(logits.data(), head.bins);
    const auto stride = static_cast<float>(place.level->stride);
    if (!rotated) {
        const image::Box4 box = image::distances_to_xyxy(distances, {place.x, place.y});
        return {box[0] * stride, box[1] * stride, box[2] * stride, box[3] * stride, 0};
    }
    const float angle = angle_of(place.level->extra.at(row, 0));
    image::Rotated5 box = image::distances_to_rotated(distances, angle, {place.x, place.y});
    for (std::size_t i = 0; i < 4; ++i) box[i] *= stride;
    return box;
}

PositiveSums& PositiveSums::operator+=(const PositiveSums& other) {
    box += other.box;
    dfl += other.dfl;
    cls += other.cls;
    angle += other.angle;
    mask += other.mask;
    keypoint += other.keypoint;
    visible += other.visible;
    return *this;
}

PositiveLosses::PositiveLosses(const HeadView& head, const data::Batch& batch,
                               const DetectionLossOptions& options, const Divisors& divisors)
    : head_(head), batch_(batch), options_(options), divisors_(divisors) {}

float PositiveLosses::scale_of(double gain) const {
    return static_cast<float>(gain * head_.pictures / divisors_.score_sum);
}

float PositiveLosses::average_of(double gain) const {
    return static_cast<float>(gain * head_.pictures / divisors_.positives);
}

PositiveSums PositiveLosses::operator()(int picture, std::span<const TargetObject> objects,
                                        std::span<const Assignment> assigned,
                                        const PrototypeView* prototypes) const {
    PositiveSums sums;
    for (const Assignment& given : assigned) {
        const AnchorPlace place = anchor_place(head_, given.anchor);
        const Row row{place, place.row(picture), picture, objects[static_cast<std::size_t>(given.object)],
                      given.score};
        class_loss(row, sums);
        if (options_.task == Task::obb) {
            rotated_losses(row, sums);
        } else {
            box_losses(row, sums);
        }
        if (options_.task == Task::pose) keypoint_losses(row, sums);
        if (options_.task == Task::segment) mask_losses(row, *prototypes, sums);
    }
    return sums;
}

void PositiveLosses::class_loss(const Row& row, PositiveSums& sums) const {
    const int class_id = row.object.class_id;
    const float weight =
        options_.class_weights.empty() ? 1 : options_.class_weights[static_cast<std::size_t>(class_id)];
    sums.cls += target_loss(row.anchor.level->cls, row.at, class_id, row.score, weight, class_scale(),
                            row.anchor.level->cls_gradient);
}

void PositiveLosses::box_losses(const Row& row, PositiveSums& sums) const {
    std::array<float, most_logits> logits, gradient = {};
    row.anchor.level->box.read(row.at, logits.data());
    const SideDistributions sides(logits.data(), head_.bins);
    const auto target = row.target();
    const image::Box4 xyxy{target[0], target[1], target[2], target[3]};
    const Point anchor{row.anchor.x, row.anchor.y};

    const auto iou = ciou_loss(image::distances_to_xyxy(sides.distances(), anchor), xyxy);
    const float focal = sides.focal_loss(image::xyxy_to_distances(xyxy, anchor),
                                         row.score * scale_of(options_.gains.dfl), gradient.data());
    sums.box += static_cast<double>(iou.loss * row.score);
    sums.dfl += static_cast<double>(focal * row.score);
    if (row.anchor.level->box_gradient.data == nullptr) return;
    const float scale = row.score * scale_of(options_.gains.box);
    sides.add_distance_gradient({-scale * iou.gradient[0], -scale * iou.gradient[1], scale * iou.gradient[2],
                                 scale * iou.gradient[3]},
                                gradient.data());
    row.anchor.level->box_gradient.write(row.at, gradient.data());
}

void PositiveLosses::rotated_losses(const Row& row, PositiveSums& sums) const {
    std::array<float, most_logits> logits, gradient = {};
    row.anchor.level->box.read(row.at, logits.data());
    const SideDistributions sides(logits.data(), head_.bins);
    const float angle_logit = row.anchor.level->extra.at(row.at, 0);
    const float angle = angle_of(angle_logit);
    const auto target = row.target();
    const Point anchor{row.anchor.x, row.anchor.y};

    const auto iou = prob_iou_loss(image::distances_to_rotated(sides.distances(), angle, anchor), target);
    const float focal = sides.focal_loss(image::rotated_to_distances(target, anchor),
                                         row.score * scale_of(options_.gains.dfl), gradient.data());
    // The aspect of the box is the same in grid units and pixels but for the 1e-9 in its logarithm.
    const auto turned = angle_loss(angle, target[4], target[2], target[3]);
    sums.box += static_cast<double>(iou.loss * row.score);
    sums.dfl += static_cast<double>(focal * row.score);
    sums.angle += static_cast<double>(turned.loss * row.score);
    if (row.anchor.level->box_gradient.data == nullptr) return;
    const float scale = row.score * scale_of(options_.gains.box);
    const auto g = through_rotation(iou.gradient, sides.distances(), angle);
    sides.add_distance_gradient({scale * g[0], scale * g[1], scale * g[2], scale * g[3]}, gradient.data());
    row.anchor.level->box_gradient.write(row.at, gradient.data());
    const float by_angle = scale * g[4] + row.score * scale_of(options_.gains.angle) * turned.gradient[0];
    const float p = probability_of(angle_logit);
    row.anchor.level->extra_gradient.write(row.at, 0, by_angle * std::numbers::pi_v<float> * p * (1 - p));
}

void PositiveLosses::keypoint_losses(const Row& row, PositiveSums& sums) const {
    const auto [count, values] = options_.kpt_shape;
    const auto k = static_cast<std::size_t>(count);
    const MapView& map = row.anchor.level->extra;
    const auto stride = static_cast<float>(row.anchor.level->stride);
    std::vector<float> predicted(2 * k), target(2 * k), by_place(2 * k);
    const auto labelled = std::make_unique<bool[]>(k);
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const float* truth = &batch_.keypoints[(row.object.index * k + at) * 3];
        predicted[2 * at] = map.at(row.at, i * values) * 2 + (row.anchor.x - 0.5f);
        predicted[2 * at + 1] = map.at(row.at, i * values + 1) * 2 + (row.anchor.y - 0.5f);
        target[2 * at] = truth[0] * static_cast<float>(head_.input.width) / stride;
        target[2 * at + 1] = truth[1] * static_cast<float>(head_.input.height) / stride;
        labelled[at] = truth[2] != 0;
    }
    const auto box = row.target();
    const float area = (box[2] - box[0]) * (box[3] - box[1]);
    sums.keypoint += static_cast<double>(
        keypoint_loss(predicted, target, {labelled.get(), k}, area, options_.kpt_sigmas, by_place));

    const GradientView& gradient = row.anchor.level->extra_gradient;
    const float pose_scale = 2 * average_of(options_.gains.pose);
    const float visible_scale = average_of(options_.gains.kobj) / static_cast<float>(count);
    double visible_loss = 0;
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (gradient.data != nullptr) {
            gradient.write(row.at, i * values, pose_scale * by_place[2 * at]);
            gradient.write(row.at, i * values + 1, pose_scale * by_place[2 * at + 1]);
        }
        if (values != 3) continue;
        const float x = map.at(row.at, i * values + 2), truth = labelled[at] ? 1.0f : 0.0f;
        const Logistic value = logistic(x);
        visible_loss += static_cast<double>(value.softplus - x * truth);
        if (gradient.data != nullptr) {
            gradient.write(row.at, i * values + 2, visible_scale * (value.probability - truth));
        }
    }
    sums.visible += visible_loss / count;
}

void PositiveLosses::mask_losses(const Row& row, const PrototypeView& prototypes, PositiveSums& sums) const {
    const auto channels = static_cast<std::size_t>(prototypes.channels);
    std::vector<float> coefficients(channels), gradient(channels);
    row.anchor.level->extra.read(row.at, coefficients.data());
    const auto width = static_cast<float>(head_.input.width), height = static_cast<float>(head_.input.height);
    const auto& box = row.object.box;
    const image::Box4 share{box[0] / width, box[1] / height, box[2] / width, box[3] / height};
    const image::Box4 sides = image::xyxy_to_xywh(share);
    const auto mask_width = static_cast<float>(prototypes.width),
               mask_height = static_cast<float>(prototypes.height);
    MaskView mask{&batch_.masks, row.object.index, 1};
    if (options_.overlap_mask)
        mask = {&batch_.masks, static_cast<std::size_t>(row.picture), row.object.place + 1};
    sums.mask += static_cast<double>(mask_loss(
        coefficients.data(), mask,
        {share[0] * mask_width, share[1] * mask_height, share[2] * mask_width, share[3] * mask_height},
        sides[2] * sides[3], average_of(options_.gains.box), prototypes, gradient.data()));
    if (row.anchor.level->extra_gradient.data != nullptr) {
        row.anchor.level->extra_gradient.write(row.at, gradient.data());
    }
}

}  // namespace yolo::train
