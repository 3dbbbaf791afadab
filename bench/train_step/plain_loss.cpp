// SPDX-License-Identifier: Apache-2.0
#include "plain_loss.hpp"

#include <numbers>

namespace yolo::bench {

namespace {

constexpr int bins = 16, candidates = 10;

/// (N, A, channels)
at::Tensor rows(const std::vector<at::Tensor>& maps) {
    std::vector<at::Tensor> flat;
    for (const at::Tensor& map : maps) flat.push_back(map.flatten(2));
    return at::cat(flat, 2).permute({0, 2, 1}).contiguous();
}

struct Anchors {
    at::Tensor points;   ///< (A, 2) in cells
    at::Tensor strides;  ///< (A, 1)
};

Anchors anchors_of(const train::HeadMaps& maps, std::int64_t height) {
    std::vector<at::Tensor> points, strides;
    for (const at::Tensor& map : maps.box) {
        const at::Tensor x = at::arange(map.size(3), at::kFloat).repeat({map.size(2)}) + 0.5;
        const at::Tensor y = at::arange(map.size(2), at::kFloat).repeat_interleave(map.size(3)) + 0.5;
        points.push_back(at::stack({x, y}, 1));
        strides.push_back(at::full({map.size(2) * map.size(3), 1},
                                   static_cast<float>(height) / static_cast<float>(map.size(2))));
    }
    return {at::cat(points), at::cat(strides)};
}

/// Complete IoU of xyxy boxes, (..., 4) against (..., 4).
at::Tensor complete_iou(const at::Tensor& a, const at::Tensor& b) {
    constexpr double eps = 1e-7;
    const auto part = [](const at::Tensor& t, std::int64_t i) { return t.select(-1, i); };
    const at::Tensor wa = part(a, 2) - part(a, 0), ha = part(a, 3) - part(a, 1) + eps;
    const at::Tensor wb = part(b, 2) - part(b, 0), hb = part(b, 3) - part(b, 1) + eps;
    const at::Tensor across =
        (at::min(part(a, 2), part(b, 2)) - at::max(part(a, 0), part(b, 0))).clamp_min(0);
    const at::Tensor down = (at::min(part(a, 3), part(b, 3)) - at::max(part(a, 1), part(b, 1))).clamp_min(0);
    const at::Tensor inter = across * down;
    const at::Tensor iou = inter / (wa * ha + wb * hb - inter + eps);
    const at::Tensor cw = at::max(part(a, 2), part(b, 2)) - at::min(part(a, 0), part(b, 0));
    const at::Tensor ch = at::max(part(a, 3), part(b, 3)) - at::min(part(a, 1), part(b, 1));
    const at::Tensor dx = part(b, 0) + part(b, 2) - part(a, 0) - part(a, 2);
    const at::Tensor dy = part(b, 1) + part(b, 3) - part(a, 1) - part(a, 3);
    const at::Tensor distance = (dx.square() + dy.square()) / 4 / (cw.square() + ch.square() + eps);
    const double share = 4 / (std::numbers::pi * std::numbers::pi);
    const at::Tensor v = (at::atan(wb / hb) - at::atan(wa / ha)).square() * share;
    const at::Tensor alpha = (v / (v - iou + (1 + eps))).detach();
    return iou - (distance + v * alpha);
}

struct Truth {
    at::Tensor labels;  ///< (N, G)
    at::Tensor boxes;   ///< (N, G, 4) xyxy in pixels, padded with zeros
};

Truth truth_of(const data::Batch& batch) {
    std::vector<int> count(static_cast<std::size_t>(batch.size()));
    for (const int picture : batch.picture_of) ++count[static_cast<std::size_t>(picture)];
    const std::int64_t most = *std::max_element(count.begin(), count.end());
    Truth truth{at::zeros({batch.size(), most}, at::kLong), at::zeros({batch.size(), most, 4})};
    std::fill(count.begin(), count.end(), 0);
    for (std::size_t i = 0; i < batch.objects(); ++i) {
        const int n = batch.picture_of[i], g = count[static_cast<std::size_t>(n)]++;
        const float* box = &batch.boxes[i * 4];
        const auto w = static_cast<float>(batch.width()), h = static_cast<float>(batch.height());
        truth.labels[n][g] = batch.classes[i];
        truth.boxes[n][g] = at::tensor({(box[0] - box[2] / 2) * w, (box[1] - box[3] / 2) * h,
                                        (box[0] + box[2] / 2) * w, (box[1] + box[3] / 2) * h});
    }
    return truth;
}

struct Targets {
    at::Tensor scores;      ///< (N, A, classes)
    at::Tensor boxes;       ///< (N, A, 4) pixels
    at::Tensor foreground;  ///< (N, A)
};

/// `scores` (N, A, classes) probabilities, `boxes` (N, A, 4) and `points` (A, 2) in pixels.
Targets assign(const at::Tensor& scores, const at::Tensor& boxes, const at::Tensor& points,
               const Truth& truth) {
    const std::int64_t n = scores.size(0), a = scores.size(1), classes = scores.size(2),
                       g = truth.labels.size(1);
    const at::Tensor valid = truth.boxes.sum(2, true) > 0;  // (N, G, 1)
    const at::Tensor gt = truth.boxes.unsqueeze(2);         // (N, G, 1, 4)
    const at::Tensor sides =
        at::cat({points - gt.narrow(3, 0, 2), gt.narrow(3, 2, 2) - points}, 3);  // (N, G, A, 4)
    const at::Tensor candidate = (sides.amin(3) > 1e-9).logical_and(valid).to(at::kFloat);
    const at::Tensor of_label =
        scores.permute({0, 2, 1}).gather(1, truth.labels.unsqueeze(2).expand({n, g, a})) * candidate;
    const at::Tensor overlap =
        complete_iou(gt.expand({n, g, a, 4}), boxes.unsqueeze(1).expand({n, g, a, 4})).clamp_min(0) *
        candidate;
    const at::Tensor metric = of_label.sqrt() * overlap.pow(6);
    const at::Tensor best = std::get<1>(metric.topk(candidates, 2));
    at::Tensor positive =
        at::one_hot(best, a).sum(2).to(at::kFloat) * candidate;  // (N, G, candidates, A) summed
    const at::Tensor several = positive.sum(1, true) > 1;
    const at::Tensor largest = at::one_hot(overlap.argmax(1), g).permute({0, 2, 1}).to(at::kFloat);
    positive = at::where(several, largest, positive);
    const at::Tensor chosen = positive.argmax(1);  // (N, A)
    const at::Tensor strongest = (metric * positive).amax(2, true),
                     widest = (overlap * positive).amax(2, true);
    const at::Tensor share = (metric * positive * widest / (strongest + 1e-9)).amax(1).unsqueeze(2);
    const at::Tensor labels = truth.labels.gather(1, chosen);
    const at::Tensor foreground = positive.sum(1) > 0;
    const at::Tensor one_hot = at::one_hot(labels, classes).to(at::kFloat) * foreground.unsqueeze(2);
    return {one_hot * share, truth.boxes.gather(1, chosen.unsqueeze(2).expand({n, a, 4})), foreground};
}

/// Cross entropies of the two bins around each distance.
at::Tensor distribution_loss(const at::Tensor& logits, const at::Tensor& distances) {
    const at::Tensor left = distances.to(at::kLong), right = left + 1;
    const at::Tensor left_weight = right - distances, right_weight = 1 - left_weight;
    const at::Tensor flat = logits.reshape({-1, bins});
    const auto entropy = [&](const at::Tensor& bin) {
        return at::cross_entropy_loss(flat, bin.reshape(-1), {}, at::Reduction::None).view(bin.sizes());
    };
    return (entropy(left) * left_weight + entropy(right) * right_weight).mean(-1, true);
}

}  // namespace

at::Tensor plain_detection_loss(const train::HeadMaps& maps, const data::Batch& batch) {
    const at::Tensor logits = rows(maps.cls), distribution = rows(maps.box);
    const Anchors anchors = anchors_of(maps, batch.height());
    const Truth truth = truth_of(batch);
    const std::int64_t n = logits.size(0), a = logits.size(1);
    const at::Tensor distances =
        distribution.view({n, a, 4, bins}).softmax(3).matmul(at::arange(bins, at::kFloat));
    const at::Tensor boxes =
        at::cat({anchors.points - distances.narrow(2, 0, 2), anchors.points + distances.narrow(2, 2, 2)}, 2);
    Targets targets;
    {
        const at::NoGradGuard no_gradient;
        targets = assign(logits.sigmoid(), boxes * anchors.strides, anchors.points * anchors.strides, truth);
    }
    const at::Tensor sum = targets.scores.sum().clamp_min(1);
    const at::Tensor cls =
        at::binary_cross_entropy_with_logits(logits, targets.scores, {}, {}, at::Reduction::None).sum() / sum;
    const at::Tensor mask = targets.foreground;
    const at::Tensor weight = targets.scores.sum(2).index({mask}).unsqueeze(1);
    const at::Tensor wanted = (targets.boxes / anchors.strides).index({mask});
    const at::Tensor iou = complete_iou(boxes.index({mask}), wanted).unsqueeze(1);
    const at::Tensor box = ((1 - iou) * weight).sum() / sum;
    const at::Tensor points = anchors.points.unsqueeze(0).expand({n, a, 2}).index({mask});
    const at::Tensor sides = at::cat({points - wanted.narrow(1, 0, 2), wanted.narrow(1, 2, 2) - points}, 1)
                                 .clamp(0, bins - 1 - 0.01);
    const at::Tensor dfl =
        (distribution_loss(distribution.index({mask}).view({-1, 4, bins}), sides) * weight).sum() / sum;
    return (box * 7.5 + cls * 0.5 + dfl * 1.5) * n;
}

}  // namespace yolo::bench
