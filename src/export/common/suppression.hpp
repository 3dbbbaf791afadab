// SPDX-License-Identifier: Apache-2.0
/// \file A NonMaxSuppression in the ordinary operations of a format: what is the same in all of them. The
/// spec is docs/architecture.md "Suppression", the plain form engines/reference.
#pragma once

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "core/float_limit.hpp"
#include "graph/graph.hpp"

namespace yolo::exports {

/// `Ops` writes operations of a format: it has a type Value, float but for conditions, and
///
///     number(x), list(values)                   one number; some along the last axis
///     add, sub, mul, div, maximum (a, b)        broadcast
///     neg, sqrt, exp, log, sine, cosine (x)
///     clamped(x, low, high)
///     greater, less, both (a, b)                conditions
///     any(x)                                    (N, K, L) -> (N, 1, L): of conditions
///     chosen(condition, a, b)
///     slice(x, axis, begin, end), joined(list)  joined along axis 1
///     padded(x, count)                          zeros behind the last axis
///     reshaped(x, dims)                         0: as it is
///     swapped(x)                                (N, K, L) -> (N, L, K)
///     best_class(x)                             (N, nc, A) -> highest value and its index, (N, 1, A) each
///     best_of(x, count)                         (N, K) -> highest values and their indices, best first; of
///     equal
///                                               ones the first
///     rows_at(table, indices, count)            (N, K, columns), (N, count) -> (N, count, columns)
///     upright_kept(boxes, scores)               (N, A, 4), (N, 1, A) -> (N, A): scores of boxes that stay,
///     else 0 result(condition, a, b)                   chosen() as the value of the op
template <class Ops>
class Suppression {
  public:
    using Value = typename Ops::Value;

    /// `anchors`: nothing for any number.
    Suppression(Ops& ops, const graph::NonMaxSuppression& op, std::optional<std::int64_t> anchors)
        : ops_(ops), op_(op), wanted_(op.rule.max_det) {
        const std::int64_t least = anchors.value_or(0);  // filled up to as many as are looked for
        count_ = std::max(least, wanted_);
        if (op.rotated)
            count_ = anchors ? std::min<std::int64_t>(count_, op.max_candidates) : op.max_candidates;
        missing_ = std::max<std::int64_t>((op.rotated ? count_ : wanted_) - least, 0);
    }

    /// (N, 4 + nc + extra, A) -> (N, max_det, 6 + extra). Scores that are not above conf are 0 from the first
    /// step on, and so are those of boxes that go: what is left is sorted last.
    Value rows(Value all) {
        if (missing_ > 0) all = ops_.padded(all, missing_);
        const int extra = 4 + op_.class_count;
        const auto [best, classes] = ops_.best_class(ops_.slice(all, 1, 4, extra));
        const Value scores =
            ops_.chosen(ops_.greater(best, ops_.number(op_.rule.conf)), best, ops_.number(0));
        const Value boxes = op_.rotated ? ops_.slice(all, 1, 0, 4) : corners(all);
        std::vector<Value> columns = {boxes, best, classes};
        if (op_.extra_channels > 0) columns.push_back(ops_.slice(all, 1, extra, extra + op_.extra_channels));
        const Value table = ops_.swapped(ops_.joined(columns));
        if (!op_.rotated)
            return best_rows(table, ops_.upright_kept(ops_.swapped(moved(boxes, classes)), scores));
        const auto [candidate_scores, places] = ops_.best_of(flat(scores), count_);
        const Value candidates = ops_.rows_at(table, places, count_);
        return best_rows(candidates, rotated_kept(candidates, candidate_scores));
    }

  private:
    Value corners(const Value& all) {
        const Value center = ops_.slice(all, 1, 0, 2);
        const Value half = ops_.mul(ops_.slice(all, 1, 2, 4), ops_.number(0.5F));
        return ops_.joined({ops_.sub(center, half), ops_.add(center, half)});
    }
    /// Boxes of different classes lie far apart.
    Value moved(const Value& coordinates, const Value& classes) {
        if (op_.rule.agnostic) return coordinates;
        return ops_.add(coordinates, ops_.mul(classes, ops_.number(graph::NonMaxSuppression::class_offset)));
    }

    /// Of candidates (N, K, 7) and their scores (N, K), best first.
    Value rotated_kept(const Value& rows, const Value& scores) {
        std::vector<float> order(static_cast<std::size_t>(count_));
        std::iota(order.begin(), order.end(), 0.0F);
        const Value place = ops_.list(order);
        const Value before = ops_.less(ops_.reshaped(place, {count_, 1}), place);
        const Value near = ops_.greater(overlaps(rows), ops_.number(float_limit(op_.rule.iou)));
        const Value hidden = ops_.any(ops_.both(near, before));
        return flat(ops_.chosen(hidden, ops_.number(0), ops_.reshaped(scores, {0, 1, -1})));
    }
    /// probIoU of each (N, K, 1) with each: (N, K, K).
    Value overlaps(const Value& rows) {
        const auto column = [&](int i) { return ops_.slice(rows, 2, i, i + 1); };
        const auto square = [&](const Value& x) { return ops_.mul(x, x); };
        const auto product = [&](const Value& a, const Value& b, const Value& c) {
            return ops_.mul(ops_.mul(a, b), c);
        };
        const Value classes = column(5);
        const Value x = moved(column(0), classes), y = moved(column(1), classes);
        const Value along = ops_.div(square(column(2)), ops_.number(12));
        const Value across = ops_.div(square(column(3)), ops_.number(12));
        const Value cosine = ops_.cosine(column(6)), sine = ops_.sine(column(6));
        const Value cosine2 = square(cosine), sine2 = square(sine);
        const Value a1 = ops_.add(ops_.mul(along, cosine2), ops_.mul(across, sine2));
        const Value b1 = ops_.add(ops_.mul(along, sine2), ops_.mul(across, cosine2));
        const Value c1 = product(ops_.sub(along, across), cosine, sine);
        const Value own = ops_.maximum(ops_.sub(ops_.mul(a1, b1), square(c1)), ops_.number(0));

        const Value eps = ops_.number(1e-7F);
        const Value a = ops_.add(a1, other(a1)), b = ops_.add(b1, other(b1)), c = ops_.add(c1, other(c1));
        const Value dx = ops_.sub(other(x), x), dy = ops_.sub(y, other(y));
        const Value determinant = ops_.sub(ops_.mul(a, b), square(c)), divisor = ops_.add(determinant, eps);
        const Value squares = ops_.add(product(a, dy, dy), product(b, dx, dx));
        const Value t1 = ops_.mul(ops_.div(squares, divisor), ops_.number(0.25F));
        const Value t2 = ops_.mul(ops_.div(product(c, dx, dy), divisor), ops_.number(0.5F));
        const Value root = ops_.mul(ops_.sqrt(ops_.mul(own, other(own))), ops_.number(4));
        const Value ratio = ops_.add(ops_.div(determinant, ops_.add(root, eps)), eps);
        const Value t3 = ops_.mul(ops_.log(ratio), ops_.number(0.5F));
        const Value distance = ops_.clamped(ops_.add(ops_.add(t1, t2), t3), 1e-7F, 100);
        const Value unlike = ops_.add(ops_.sub(ops_.number(1), ops_.exp(ops_.neg(distance))), eps);
        return ops_.sub(ops_.number(1), ops_.sqrt(unlike));
    }

    /// Zeros where the score is.
    Value best_rows(const Value& table, const Value& scores) {
        const auto [values, places] = ops_.best_of(scores, wanted_);
        const Value there = ops_.greater(ops_.reshaped(values, {0, wanted_, 1}), ops_.number(0));
        return ops_.result(there, ops_.rows_at(table, places, wanted_), ops_.number(0));
    }

    Value flat(const Value& x) { return ops_.reshaped(x, {0, -1}); }      // (N, 1, K) -> (N, K)
    Value other(const Value& x) { return ops_.reshaped(x, {0, 1, -1}); }  // (N, K, 1) -> (N, 1, K)

    Ops& ops_;
    const graph::NonMaxSuppression& op_;
    std::int64_t wanted_;       // rows
    std::int64_t count_ = 0;    // rotated: of candidates
    std::int64_t missing_ = 0;  // anchors that are added, all zeros
};

}  // namespace yolo::exports
