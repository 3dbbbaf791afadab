// SPDX-License-Identifier: Apache-2.0
/// \file Which detections stay (spec: docs/architecture.md "Suppression"). Overlap of rotated boxes: probIoU,
/// Llerena et al., arXiv:2106.06072, equations 4 to 8.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/float_limit.hpp"
#include "engines/reference/ops.hpp"

namespace yolo::engines::reference {

namespace {

struct Candidate {
    float score = 0;
    int class_id = 0;
    std::size_t anchor = 0;
    std::array<float, 5> box = {};  // moved by its class: corners, or centre, sides and angle
};

float iou(const Candidate& first, const Candidate& second) {
    const auto &a = first.box, &b = second.box;
    const float width = std::max(std::min(a[2], b[2]) - std::max(a[0], b[0]), 0.0F);
    const float height = std::max(std::min(a[3], b[3]) - std::max(a[1], b[1]), 0.0F);
    const float inside = width * height;
    const float area_a = (a[2] - a[0]) * (a[3] - a[1]), area_b = (b[2] - b[0]) * (b[3] - b[1]);
    return inside / (area_a + area_b - inside);
}

/// Of a box as a normal distribution: [[a, c], [c, b]].
struct Covariance {
    float a = 0, b = 0, c = 0;
    explicit Covariance(const std::array<float, 5>& box) {
        const float along = box[2] * box[2] / 12, across = box[3] * box[3] / 12;
        const float cosine = std::cos(box[4]), sine = std::sin(box[4]);
        const float cosine2 = cosine * cosine, sine2 = sine * sine;
        a = along * cosine2 + across * sine2;
        b = along * sine2 + across * cosine2;
        c = (along - across) * cosine * sine;
    }
    float determinant() const { return std::max(a * b - c * c, 0.0F); }
};

float prob_iou(const Candidate& first, const Candidate& second) {
    constexpr float eps = 1e-7F;
    const Covariance one(first.box), two(second.box);
    const float a = one.a + two.a, b = one.b + two.b, c = one.c + two.c;
    const float dx = second.box[0] - first.box[0], dy = first.box[1] - second.box[1];
    const float determinant = a * b - c * c;
    const float t1 = (a * dy * dy + b * dx * dx) / (determinant + eps) / 4;
    const float t2 = c * dx * dy / (determinant + eps) / 2;
    const float root = std::sqrt(one.determinant() * two.determinant());
    const float t3 = std::log(determinant / (4 * root + eps) + eps) / 2;
    return 1 - std::sqrt(1 - std::exp(-std::clamp(t1 + t2 + t3, eps, 100.0F)) + eps);
}

/// Values of one picture, (channels, anchors).
struct Columns {
    std::span<const float> values;
    std::size_t anchors = 0;
    float operator()(int channel, std::size_t anchor) const {
        return values[static_cast<std::size_t>(channel) * anchors + anchor];
    }
};

Candidate candidate_at(const graph::NonMaxSuppression& op, const Columns& columns, std::size_t anchor) {
    Candidate candidate{columns(4, anchor), 0, anchor, {}};
    for (int id = 1; id < op.class_count; ++id) {
        if (columns(4 + id, anchor) > candidate.score) candidate = {columns(4 + id, anchor), id, anchor, {}};
    }
    const float x = columns(0, anchor), y = columns(1, anchor), w = columns(2, anchor),
                h = columns(3, anchor);
    const float offset =
        op.rule.agnostic ? 0
                         : static_cast<float>(candidate.class_id) * graph::NonMaxSuppression::class_offset;
    if (op.rotated) {
        candidate.box = {x + offset, y + offset, w, h, columns(4 + op.class_count, anchor)};
    } else {
        candidate.box = {x - w / 2 + offset, y - h / 2 + offset, x + w / 2 + offset, y + h / 2 + offset, 0};
    }
    return candidate;
}

/// Best first.
std::vector<Candidate> candidates_of(const graph::NonMaxSuppression& op, const Columns& columns) {
    std::vector<Candidate> list;
    for (std::size_t anchor = 0; anchor < columns.anchors; ++anchor) {
        const Candidate candidate = candidate_at(op, columns, anchor);
        if (candidate.score > op.rule.conf) list.push_back(candidate);
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    if (op.rotated) list.resize(std::min(list.size(), static_cast<std::size_t>(op.max_candidates)));
    return list;
}

std::vector<Candidate> kept_of(const graph::NonMaxSuppression& op, const std::vector<Candidate>& all) {
    const float limit = float_limit(op.rule.iou);
    std::vector<Candidate> kept;
    for (std::size_t i = 0; i < all.size() && static_cast<int>(kept.size()) < op.rule.max_det; ++i) {
        const auto hides = [&](const Candidate& better) {
            return (op.rotated ? prob_iou(better, all[i]) : iou(better, all[i])) > limit;
        };
        // Rotated: a box goes by any better one, whether that one stays or not.
        const auto seen = all.begin() + static_cast<std::ptrdiff_t>(i);
        const bool hidden =
            op.rotated ? std::any_of(all.begin(), seen, hides) : std::any_of(kept.begin(), kept.end(), hides);
        if (!hidden) kept.push_back(all[i]);
    }
    return kept;
}

}  // namespace

Tensor suppress(const graph::NonMaxSuppression& op, const Tensor& columns) {
    const std::int64_t width = 6 + op.extra_channels;
    Tensor rows = Tensor::allocate(DType::f32, {columns.dim(0), op.rule.max_det, width});
    const auto out = rows.mutable_values<float>();
    std::fill(out.begin(), out.end(), 0.0F);
    const auto size = static_cast<std::size_t>(columns.dim(1) * columns.dim(2));
    for (std::size_t n = 0; n < static_cast<std::size_t>(columns.dim(0)); ++n) {
        const Columns picture{columns.values<float>().subspan(n * size, size),
                              static_cast<std::size_t>(columns.dim(2))};
        auto row = out.subspan(n * static_cast<std::size_t>(op.rule.max_det * width));
        for (const Candidate& found : kept_of(op, candidates_of(op, picture))) {
            const auto at = [&](int channel) { return picture(channel, found.anchor); };
            const float half_w = op.rotated ? 0 : at(2) / 2, half_h = op.rotated ? 0 : at(3) / 2;
            row[0] = at(0) - half_w;
            row[1] = at(1) - half_h;
            row[2] = op.rotated ? at(2) : at(0) + half_w;
            row[3] = op.rotated ? at(3) : at(1) + half_h;
            row[4] = found.score;
            row[5] = static_cast<float>(found.class_id);
            for (int k = 0; k < op.extra_channels; ++k)
                row[static_cast<std::size_t>(6 + k)] = at(4 + op.class_count + k);
            row = row.subspan(static_cast<std::size_t>(width));
        }
    }
    return rows;
}

}  // namespace yolo::engines::reference
