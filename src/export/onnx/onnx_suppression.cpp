// SPDX-License-Identifier: Apache-2.0
#include "export/onnx/onnx_suppression.hpp"

#include "export/common/suppression.hpp"

namespace yolo::exports {

namespace {

using Ints = std::vector<std::int64_t>;
using Names = OnnxGraph::Names;
using OnnxAttributes = std::vector<OnnxAttribute>;

/// Operations of ONNX, by the names of their values.
class OnnxOps {
  public:
    using Value = std::string;

    OnnxOps(OnnxGraph& onnx, const graph::SuppressionRule& rule, const OnnxSuppressionPlace& place)
        : onnx_(onnx), rule_(rule), place_(place) {}

    Value number(float value) { return onnx_.floats({}, {value}); }
    Value list(const std::vector<float>& values) {
        return onnx_.floats({static_cast<std::int64_t>(values.size())}, values);
    }
    Value add(const Value& a, const Value& b) { return node("Add", {a, b}); }
    Value sub(const Value& a, const Value& b) { return node("Sub", {a, b}); }
    Value mul(const Value& a, const Value& b) { return node("Mul", {a, b}); }
    Value div(const Value& a, const Value& b) { return node("Div", {a, b}); }
    Value maximum(const Value& a, const Value& b) { return node("Max", {a, b}); }
    Value neg(const Value& x) { return node("Neg", {x}); }
    Value sqrt(const Value& x) { return node("Sqrt", {x}); }
    Value exp(const Value& x) { return node("Exp", {x}); }
    Value log(const Value& x) { return node("Log", {x}); }
    Value sine(const Value& x) { return node("Sin", {x}); }
    Value cosine(const Value& x) { return node("Cos", {x}); }
    Value clamped(const Value& x, float low, float high) {
        return node("Clip", {x, number(low), number(high)});
    }
    Value greater(const Value& a, const Value& b) { return node("Greater", {a, b}); }
    Value less(const Value& a, const Value& b) { return node("Less", {a, b}); }
    Value both(const Value& a, const Value& b) { return node("And", {a, b}); }
    Value any(const Value& x) { return greater(highest(floats(x)), number(0)); }
    Value chosen(const Value& condition, const Value& a, const Value& b) {
        return node("Where", {condition, a, b});
    }
    Value result(const Value& condition, const Value& a, const Value& b) {
        return onnx_.node(place_.scope, "Where", {condition, a, b}, {}, place_.output);
    }
    Value slice(const Value& x, std::int64_t axis, std::int64_t begin, std::int64_t end) {
        return node("Slice", {x, integers({begin}), integers({end}), integers({axis}), integers({1})});
    }
    Value joined(const std::vector<Value>& parts) {
        return node("Concat", parts, {{"axis", std::int64_t{1}}});
    }
    Value padded(const Value& x, std::int64_t count) {
        return node("Pad", {x, integers({0, 0, 0, 0, 0, count}), number(0)});
    }
    Value reshaped(const Value& x, const Ints& dims) { return node("Reshape", {x, integers(dims)}); }
    Value swapped(const Value& x) { return node("Transpose", {x}, {{"perm", Ints{0, 2, 1}}}); }
    std::pair<Value, Value> best_class(const Value& x) {
        return {highest(x), floats(node("ArgMax", {x}, {{"axis", std::int64_t{1}}}))};
    }
    std::pair<Value, Value> best_of(const Value& x, std::int64_t count) {
        const Names both = onnx_.node_of(place_.scope, "TopK", {x, integers({count})}, {}, 2);
        return {both[0], both[1]};
    }
    Value rows_at(const Value& table, const Value& indices, std::int64_t count) {
        return node("GatherND", {table, reshaped(indices, {0, count, 1})}, {{"batch_dims", std::int64_t{1}}});
    }
    Value upright_kept(const Value& boxes, const Value& scores) {
        const Value found = node("NonMaxSuppression", {boxes, scores, integers({rule_.max_det}),
                                                       list({float_limit(rule_.iou)}), list({rule_.conf})});
        const Value places =  // of (picture, class, anchor) the first and the last
            node("Gather", {found, integers({0, 2})}, {{"axis", std::int64_t{1}}});
        const Value all = reshaped(scores, {0, -1});
        const Value none = node("ConstantOfShape", {node("Shape", {all})});
        return node("ScatterND", {none, places, node("GatherND", {all, places})});
    }

  private:
    Value node(const std::string& type, const Names& inputs, const OnnxAttributes& attributes = {}) {
        return onnx_.node(place_.scope, type, inputs, attributes);
    }
    Value integers(const Ints& values) { return onnx_.integers(values); }
    Value floats(const Value& x) { return node("Cast", {x}, {{"to", std::int64_t{1}}}); }
    Value highest(const Value& x) {  // along axis 1, which stays
        if (place_.opset < 18) return node("ReduceMax", {x}, {{"axes", Ints{1}}});
        return node("ReduceMax", {x, integers({1})});
    }

    OnnxGraph& onnx_;
    const graph::SuppressionRule& rule_;
    const OnnxSuppressionPlace& place_;
};

}  // namespace

std::string add_suppression(OnnxGraph& onnx, const graph::NonMaxSuppression& op,
                            const OnnxSuppressionPlace& place) {
    OnnxOps ops(onnx, op.rule, place);
    return Suppression(ops, op, place.anchors).rows(place.columns);
}

}  // namespace yolo::exports
