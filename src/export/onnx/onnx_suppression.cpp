// SPDX-License-Identifier: Apache-2.0
/// \file The spec is docs/architecture.md "Suppression", the plain form engines/reference. Scores that are
/// not above `conf` are 0 from the first step on, and so are those of boxes that go: what is left is sorted
/// last.
#include "export/onnx/onnx_suppression.hpp"

#include <algorithm>
#include <numeric>

#include "core/float_limit.hpp"

namespace yolo::exports {

namespace {

using Ints = std::vector<std::int64_t>;
using Names = OnnxGraph::Names;
using OnnxAttributes = std::vector<OnnxAttribute>;

constexpr float eps = 1e-7F;  // of probIoU

/// Some boxes best first: their scores (N, K) and where they stand among all (N, K).
struct Ranking {
    std::string scores, places;
};

class Suppression {
  public:
    Suppression(OnnxGraph& onnx, const graph::NonMaxSuppression& op, const OnnxSuppressionPlace& place)
        : onnx_(onnx), op_(op), place_(place) {
        // At least as many anchors as are looked for.
        const std::int64_t anchors = place.anchors.value_or(0);
        count_ = std::max<std::int64_t>(anchors, op.rule.max_det);
        if (op.rotated)
            count_ = place.anchors ? std::min<std::int64_t>(count_, op.max_candidates) : op.max_candidates;
        missing_ = std::max<std::int64_t>((op.rotated ? count_ : op.rule.max_det) - anchors, 0);
    }

    std::string run() {
        std::string all = place_.columns;
        if (missing_ > 0) all = node("Pad", {all, integers({0, 0, 0, 0, 0, missing_}), number(0)});
        read(all);
        if (!op_.rotated) return rows_of(by_place(columns_), best_of(upright_kept(), op_.rule.max_det));
        const Ranking candidates = best_of(flat(scores_), count_);
        const std::string rows = gathered(by_place(columns_), candidates.places, count_);
        return rows_of(rows, best_of(rotated_kept(rows, candidates.scores), op_.rule.max_det));
    }

  private:
    /// (N, 4 + nc + extra, A): what each anchor's row would be, its class and the score that counts.
    void read(const std::string& all) {
        const std::string probabilities = slice(all, 4, 4 + op_.class_count, 1);
        const std::string best = highest(probabilities);
        const std::string place = node("ArgMax", {probabilities}, {{"axis", std::int64_t{1}}});
        class_ = node("Cast", {place}, {{"to", std::int64_t{1}}});
        scores_ = node("Where", {node("Greater", {best, number(op_.rule.conf)}), best, number(0)});
        box_ = op_.rotated ? slice(all, 0, 4, 1) : corners(all);
        Names columns = {box_, best, class_};
        const int extra = 4 + op_.class_count;
        if (op_.extra_channels > 0) columns.push_back(slice(all, extra, extra + op_.extra_channels, 1));
        columns_ = node("Concat", columns, {{"axis", std::int64_t{1}}});
    }
    std::string corners(const std::string& all) {
        const std::string center = slice(all, 0, 2, 1), half = mul(slice(all, 2, 4, 1), number(0.5F));
        return node("Concat", {sub(center, half), add(center, half)}, {{"axis", std::int64_t{1}}});
    }
    /// Boxes of different classes lie far apart.
    std::string moved(const std::string& coordinates, const std::string& classes) {
        if (op_.rule.agnostic) return coordinates;
        return add(coordinates, mul(classes, number(graph::NonMaxSuppression::class_offset)));
    }

    /// (N, A): the scores of those that stay.
    std::string upright_kept() {
        const std::string found =
            node("NonMaxSuppression",
                 {by_place(moved(box_, class_)), scores_, integers({op_.rule.max_det}),
                  onnx_.floats({1}, {float_limit(op_.rule.iou)}), onnx_.floats({1}, {op_.rule.conf})});
        const std::string places =  // of (picture, class, anchor) the first and the last
            node("Gather", {found, integers({0, 2})}, {{"axis", std::int64_t{1}}});
        const std::string scores = flat(scores_);
        const std::string none = node("ConstantOfShape", {node("Shape", {scores})});
        return node("ScatterND", {none, places, node("GatherND", {scores, places})});
    }

    /// The same of candidates (N, K, 7) and their scores (N, K), best first.
    std::string rotated_kept(const std::string& rows, const std::string& scores) {
        std::vector<float> order(static_cast<std::size_t>(count_));
        std::iota(order.begin(), order.end(), 0.0F);
        const std::string before =
            node("Less", {onnx_.floats({count_, 1}, order), onnx_.floats({1, count_}, order)});
        const std::string near = node("Greater", {overlaps(rows), number(float_limit(op_.rule.iou))});
        const std::string hides =
            node("Cast", {node("And", {near, before})}, {{"to", std::int64_t{1}}});  // (N, by, whom)
        const std::string hidden = node("Greater", {flat(highest(hides)), number(0)});
        return node("Where", {hidden, number(0), scores});
    }
    /// probIoU of each with each: (N, K, K).
    std::string overlaps(const std::string& rows) {
        const std::string classes = slice(rows, 5, 6, 2);
        const std::string x = moved(slice(rows, 0, 1, 2), classes), y = moved(slice(rows, 1, 2, 2), classes);
        const std::string w = slice(rows, 2, 3, 2), h = slice(rows, 3, 4, 2), angle = slice(rows, 6, 7, 2);
        const std::string along = div(mul(w, w), number(12)), across = div(mul(h, h), number(12));
        const std::string cosine = node("Cos", {angle}), sine = node("Sin", {angle});
        const std::string cosine2 = mul(cosine, cosine), sine2 = mul(sine, sine);
        const std::string a1 = add(mul(along, cosine2), mul(across, sine2));
        const std::string b1 = add(mul(along, sine2), mul(across, cosine2));
        const std::string c1 = mul(mul(sub(along, across), cosine), sine);
        const std::string own = node("Max", {sub(mul(a1, b1), mul(c1, c1)), number(0)});

        const std::string a = add(a1, other(a1)), b = add(b1, other(b1)), c = add(c1, other(c1));
        const std::string dx = sub(other(x), x), dy = sub(y, other(y));
        const std::string determinant = sub(mul(a, b), mul(c, c)), divisor = add(determinant, number(eps));
        const std::string squares = add(mul(mul(a, dy), dy), mul(mul(b, dx), dx));
        const std::string t1 = mul(div(squares, divisor), number(0.25F));
        const std::string t2 = mul(div(mul(mul(c, dx), dy), divisor), number(0.5F));
        const std::string root = node("Sqrt", {mul(own, other(own))});
        const std::string ratio = div(determinant, add(mul(root, number(4)), number(eps)));
        const std::string t3 = mul(node("Log", {add(ratio, number(eps))}), number(0.5F));
        const std::string distance = node("Clip", {add(add(t1, t2), t3), number(eps), number(100)});
        const std::string unlike = add(sub(number(1), node("Exp", {node("Neg", {distance})})), number(eps));
        return sub(number(1), node("Sqrt", {unlike}));
    }

    Ranking best_of(const std::string& scores, std::int64_t count) {
        const Names both = onnx_.node_of(place_.scope, "TopK", {scores, integers({count})}, {}, 2);
        return {both[0], both[1]};
    }
    /// Rows of a table (N, ..., columns) at places (N, count).
    std::string gathered(const std::string& table, const std::string& places, std::int64_t count) {
        return node("GatherND", {table, reshape(places, {0, count, 1})}, {{"batch_dims", std::int64_t{1}}});
    }
    /// Zeros where the score is.
    std::string rows_of(const std::string& table, const Ranking& kept) {
        const std::int64_t count = op_.rule.max_det;
        const std::string there = node("Greater", {reshape(kept.scores, {0, count, 1}), number(0)});
        return onnx_.node(place_.scope, "Where", {there, gathered(table, kept.places, count), number(0)}, {},
                          place_.output);
    }

    std::string node(const std::string& type, const Names& inputs, const OnnxAttributes& attributes = {}) {
        return onnx_.node(place_.scope, type, inputs, attributes);
    }
    std::string add(const std::string& a, const std::string& b) { return node("Add", {a, b}); }
    std::string sub(const std::string& a, const std::string& b) { return node("Sub", {a, b}); }
    std::string mul(const std::string& a, const std::string& b) { return node("Mul", {a, b}); }
    std::string div(const std::string& a, const std::string& b) { return node("Div", {a, b}); }
    std::string number(float value) { return onnx_.floats({}, {value}); }
    std::string integers(const Ints& values) { return onnx_.integers(values); }
    std::string reshape(const std::string& x, const Ints& dims) {
        return node("Reshape", {x, integers(dims)});
    }
    std::string flat(const std::string& x) { return reshape(x, {0, -1}); }      // (N, 1, K) -> (N, K)
    std::string other(const std::string& x) { return reshape(x, {0, 1, -1}); }  // (N, K, 1) -> (N, 1, K)
    std::string by_place(const std::string& x) { return node("Transpose", {x}, {{"perm", Ints{0, 2, 1}}}); }
    std::string slice(const std::string& x, std::int64_t begin, std::int64_t end, std::int64_t axis) {
        return node("Slice", {x, integers({begin}), integers({end}), integers({axis}), integers({1})});
    }
    std::string highest(const std::string& x) {  // along axis 1, which stays
        if (place_.opset < 18) return node("ReduceMax", {x}, {{"axes", Ints{1}}});
        return node("ReduceMax", {x, integers({1})});
    }

    OnnxGraph& onnx_;
    const graph::NonMaxSuppression& op_;
    const OnnxSuppressionPlace& place_;
    std::int64_t count_ = 0;                      // rotated: of candidates
    std::int64_t missing_ = 0;                    // anchors that are added, all zeros
    std::string box_, class_, scores_, columns_;  // (N, 4, A), (N, 1, A) twice, (N, 6 + extra, A)
};

}  // namespace

std::string add_suppression(OnnxGraph& onnx, const graph::NonMaxSuppression& op,
                            const OnnxSuppressionPlace& place) {
    return Suppression(onnx, op, place).run();
}

}  // namespace yolo::exports
