// SPDX-License-Identifier: Apache-2.0
#include "plain_loss.hpp"

#include <cmath>
#include <numbers>

namespace yolo::bench {

namespace {

constexpr double eps = 1e-7;

/// (..., 4) corner boxes -> (..., 1)
at::Tensor ciou(const at::Tensor& first, const at::Tensor& second) {
    const auto a = first.chunk(4, -1), b = second.chunk(4, -1);
    const at::Tensor w1 = a[2] - a[0], h1 = a[3] - a[1] + eps, w2 = b[2] - b[0], h2 = b[3] - b[1] + eps;
    const at::Tensor inside = (at::minimum(a[2], b[2]) - at::maximum(a[0], b[0])).clamp_min(0) *
                              (at::minimum(a[3], b[3]) - at::maximum(a[1], b[1])).clamp_min(0);
    const at::Tensor iou = inside / (w1 * h1 + w2 * h2 - inside + eps);
    const at::Tensor width = at::maximum(a[2], b[2]) - at::minimum(a[0], b[0]);
    const at::Tensor height = at::maximum(a[3], b[3]) - at::minimum(a[1], b[1]);
    const at::Tensor diagonal = width.square() + height.square() + eps;
    const at::Tensor distance =
        ((b[0] + b[2] - a[0] - a[2]).square() + (b[1] + b[3] - a[1] - a[3]).square()) / 4;
    const double factor = 4 / (std::numbers::pi * std::numbers::pi);
    const at::Tensor aspect = factor * (at::atan(w2 / h2) - at::atan(w1 / h1)).square();
    const at::Tensor weight = (aspect / (aspect - iou + (1 + eps))).detach();
    return iou - (distance / diagonal + aspect * weight);
}

struct Anchors {
    at::Tensor points, strides;  // (A, 2) grid units, (A, 1)
};

Anchors make_anchors(const train::HeadMaps& maps) {
    std::vector<at::Tensor> points, strides;
    for (std::size_t i = 0; i < maps.box.size(); ++i) {
        const std::int64_t h = maps.box[i].size(2), w = maps.box[i].size(3);
        const auto grid = at::meshgrid({at::arange(h) + 0.5, at::arange(w) + 0.5}, "ij");
        points.push_back(at::stack({grid[1], grid[0]}, -1).view({-1, 2}).to(at::kFloat));
        strides.push_back(at::full({h * w, 1}, static_cast<float>(8 << i)));
    }
    return {at::cat(points), at::cat(strides)};
}

struct Padded {
    at::Tensor labels, boxes, valid;  // (N, n, 1), (N, n, 4) pixels, (N, n, 1)
};

Padded pad(const data::Batch& batch, std::int64_t pictures, Size input) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(pictures));
    std::int64_t most = 0;
    for (const int n : batch.picture_of) most = std::max(most, ++counts[static_cast<std::size_t>(n)]);
    at::Tensor rows = at::zeros({pictures, most, 5});
    std::fill(counts.begin(), counts.end(), 0);
    for (std::size_t i = 0; i < batch.objects(); ++i) {
        const int n = batch.picture_of[i];
        float* row = rows.mutable_data_ptr<float>() + (n * most + counts[static_cast<std::size_t>(n)]++) * 5;
        const float* box = &batch.boxes[4 * i];
        const auto w = static_cast<float>(input.width), h = static_cast<float>(input.height);
        row[0] = static_cast<float>(batch.classes[i]);
        row[1] = (box[0] - box[2] / 2) * w;
        row[2] = (box[1] - box[3] / 2) * h;
        row[3] = (box[0] + box[2] / 2) * w;
        row[4] = (box[1] + box[3] / 2) * h;
    }
    const at::Tensor boxes = rows.narrow(2, 1, 4);
    return {rows.narrow(2, 0, 1).to(at::kLong), boxes, boxes.sum(2, true).gt(0)};
}

struct Targets {
    at::Tensor boxes, scores, foreground;  // (N, A, 4), (N, A, nc), (N, A)
};

Targets assign(const at::Tensor& scores, const at::Tensor& boxes, const at::Tensor& points,
               const Padded& objects) {
    const at::NoGradGuard no_gradient;
    const std::int64_t pictures = scores.size(0), anchors = scores.size(1), classes = scores.size(2);
    const std::int64_t n = objects.boxes.size(1);
    const at::Tensor low = objects.boxes.narrow(2, 0, 2), high = objects.boxes.narrow(2, 2, 2);
    const at::Tensor centre = (low + high) / 2, half = (high - low).clamp_min(16) / 2;
    const at::Tensor at_points = points.view({1, 1, anchors, 2});
    const at::Tensor inside =
        at::cat({at_points - (centre - half).unsqueeze(2), (centre + half).unsqueeze(2) - at_points}, -1)
            .amin(-1)
            .gt(1e-9);
    const at::Tensor candidate = inside & objects.valid;  // (N, n, A)
    const at::Tensor overlap = ciou(objects.boxes.unsqueeze(2).expand({pictures, n, anchors, 4}),
                                    boxes.unsqueeze(1).expand({pictures, n, anchors, 4}))
                                   .squeeze(-1)
                                   .clamp_min(0) *
                               candidate;
    const at::Tensor of_label =
        scores.transpose(1, 2).gather(1, objects.labels.expand({pictures, n, anchors})) * candidate;
    const at::Tensor metric = of_label.sqrt() * overlap.pow(6);
    const at::Tensor best = std::get<1>(metric.topk(10, -1));
    at::Tensor positive = at::zeros_like(metric).scatter_(-1, best, 1) * candidate;
    const at::Tensor contested = positive.sum(1, true).gt(1).expand_as(positive);
    const at::Tensor most = at::zeros_like(positive).scatter_(1, overlap.argmax(1, true), 1);
    positive = at::where(contested, most, positive);
    const at::Tensor owner = positive.argmax(1);  // (N, A)
    Targets targets;
    targets.foreground = positive.sum(1).gt(0);
    targets.boxes = objects.boxes.gather(1, owner.unsqueeze(-1).expand({pictures, anchors, 4}));
    const at::Tensor labels = objects.labels.squeeze(-1).gather(1, owner);
    const at::Tensor one_hot = at::zeros({pictures, anchors, classes}).scatter_(2, labels.unsqueeze(-1), 1);
    const at::Tensor aligned = metric * positive;
    const at::Tensor factor =
        (aligned * (overlap * positive).amax(-1, true) / (aligned.amax(-1, true) + 1e-9)).amax(1);
    targets.scores = one_hot * targets.foreground.unsqueeze(-1) * factor.unsqueeze(-1);
    return targets;
}

at::Tensor joined(const std::vector<at::Tensor>& maps) {
    std::vector<at::Tensor> flat;
    for (const at::Tensor& map : maps) flat.push_back(map.flatten(2));
    return at::cat(flat, 2).permute({0, 2, 1}).contiguous().to(at::kFloat);  // (N, A, C)
}

}  // namespace

at::Tensor plain_detection_loss(const train::HeadMaps& maps, const data::Batch& batch, Size input) {
    const at::Tensor sides = joined(maps.box), logits = joined(maps.cls);
    const std::int64_t pictures = sides.size(0), anchors = sides.size(1);
    const Anchors grid = make_anchors(maps);
    const at::Tensor bins = at::arange(16).to(at::kFloat);
    const at::Tensor distances = sides.view({pictures, anchors, 4, 16}).softmax(3).matmul(bins);
    const at::Tensor boxes =
        at::cat({grid.points - distances.narrow(2, 0, 2), grid.points + distances.narrow(2, 2, 2)}, -1);
    const Targets targets = assign(logits.detach().sigmoid(), boxes.detach() * grid.strides,
                                   grid.points * grid.strides, pad(batch, pictures, input));
    const at::Tensor score_sum = targets.scores.sum().clamp_min(1);
    const at::Tensor classes =
        at::binary_cross_entropy_with_logits(logits, targets.scores, {}, {}, at::Reduction::None).sum() /
        score_sum;
    at::Tensor total = 0.5 * classes;
    if (targets.foreground.any().item<bool>()) {
        const at::Tensor at_object = (targets.boxes / grid.strides).index({targets.foreground});
        const at::Tensor weight = targets.scores.sum(-1).index({targets.foreground}).unsqueeze(-1);
        const at::Tensor overlap = ciou(boxes.index({targets.foreground}), at_object);
        total = total + 7.5 * ((1 - overlap) * weight).sum() / score_sum;
        const at::Tensor points = grid.points.expand({pictures, anchors, 2}).index({targets.foreground});
        const at::Tensor wanted =
            at::cat({points - at_object.narrow(1, 0, 2), at_object.narrow(1, 2, 2) - points}, -1)
                .clamp(0, 14.99);
        const at::Tensor lower = wanted.to(at::kLong), upper = lower + 1;
        const at::Tensor by_lower = upper - wanted, by_upper = 1 - by_lower;
        const at::Tensor rows = sides.index({targets.foreground}).view({-1, 16});
        const auto entropy = [&](const at::Tensor& bin) {
            return at::cross_entropy_loss(rows, bin.view(-1), {}, at::Reduction::None).view(lower.sizes());
        };
        const at::Tensor focal = (entropy(lower) * by_lower + entropy(upper) * by_upper).mean(-1, true);
        total = total + 1.5 * (focal * weight).sum() / score_sum;
    }
    return total * pictures;
}

}  // namespace yolo::bench
