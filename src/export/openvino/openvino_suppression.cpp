// SPDX-License-Identifier: Apache-2.0
#include "export/openvino/openvino_suppression.hpp"

#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "export/common/suppression.hpp"

namespace yolo::exports {

namespace {

using Attributes = IrModel::Attributes;

/// NumPy's rule; a free size stays free.
IrShape broadcast(const IrShape& a, const IrShape& b) {
    const IrShape& longer = a.size() < b.size() ? b : a;
    const IrShape& shorter = a.size() < b.size() ? a : b;
    IrShape joined = longer;
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        std::int64_t& size = joined[joined.size() - 1 - i];
        if (size == 1) size = shorter[shorter.size() - 1 - i];
    }
    return joined;
}

/// Operations of OpenVINO.
class OpenvinoOps {
  public:
    using Value = IrValue;

    OpenvinoOps(IrModel& ir, const graph::SuppressionRule& rule, std::string name, std::string tensor)
        : ir_(ir), rule_(rule), name_(std::move(name)), tensor_(std::move(tensor)) {}

    Value number(float value) { return ir_.floats({}, {value}); }
    Value list(const std::vector<float>& values) {
        return ir_.floats({static_cast<std::int64_t>(values.size())}, values);
    }
    Value add(const Value& a, const Value& b) { return binary("Add", a, b); }
    Value sub(const Value& a, const Value& b) { return binary("Subtract", a, b); }
    Value mul(const Value& a, const Value& b) { return binary("Multiply", a, b); }
    Value div(const Value& a, const Value& b) { return binary("Divide", a, b); }
    Value maximum(const Value& a, const Value& b) { return binary("Maximum", a, b); }
    Value neg(const Value& x) { return unary("Negative", x); }
    Value sqrt(const Value& x) { return unary("Sqrt", x); }
    Value exp(const Value& x) { return unary("Exp", x); }
    Value log(const Value& x) { return unary("Log", x); }
    Value sine(const Value& x) { return unary("Sin", x); }
    Value cosine(const Value& x) { return unary("Cos", x); }
    Value clamped(const Value& x, float low, float high) {
        return layer("Clamp", 1, {x}, x.shape,
                     {{"min", fmt::format("{}", low)}, {"max", fmt::format("{}", high)}});
    }
    Value greater(const Value& a, const Value& b) { return binary("Greater", a, b, DType::boolean); }
    Value less(const Value& a, const Value& b) { return binary("Less", a, b, DType::boolean); }
    Value both(const Value& a, const Value& b) { return binary("LogicalAnd", a, b, DType::boolean); }
    Value any(const Value& x) {
        return layer("ReduceLogicalOr", 1, {x, ir_.integers({1})}, {x.shape[0], 1, x.shape[2]},
                     {{"keep_dims", "true"}}, DType::boolean);
    }
    Value chosen(const Value& condition, const Value& a, const Value& b) {
        return select(condition, a, b, next("Select"), "");
    }
    Value result(const Value& condition, const Value& a, const Value& b) {
        return select(condition, a, b, name_, tensor_);
    }
    Value slice(const Value& x, std::int64_t axis, std::int64_t begin, std::int64_t end) {
        IrShape shape = x.shape;
        shape.at(static_cast<std::size_t>(axis)) = end - begin;
        return layer("Slice", 8,
                     {x, ir_.integers({begin}), ir_.integers({end}), ir_.integers({1}), ir_.integers({axis})},
                     shape);
    }
    Value joined(const std::vector<Value>& parts) {
        IrShape shape = parts.at(0).shape;
        shape.at(1) = 0;
        for (const Value& part : parts) shape[1] += part.shape.at(1);
        return layer("Concat", 1, parts, shape, {{"axis", "1"}});
    }
    Value padded(const Value& x, std::int64_t count) {
        IrShape shape = x.shape;
        if (shape.back() >= 0) shape.back() += count;
        return layer("Pad", 1, {x, ir_.integers({0, 0, 0}), ir_.integers({0, 0, count}), number(0)}, shape,
                     {{"pad_mode", "constant"}});
    }
    Value reshaped(const Value& x, const std::vector<std::int64_t>& dims) {
        IrShape shape = dims;
        std::int64_t known = 1, all = 1;
        for (const std::int64_t size : x.shape) all = all < 0 || size < 0 ? -1 : all * size;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (shape[i] == 0) shape[i] = x.shape.at(i);
            if (shape[i] > 0) known *= shape[i];
        }
        if (all >= 0) std::replace(shape.begin(), shape.end(), std::int64_t{-1}, all / known);
        return layer("Reshape", 1, {x, ir_.integers(dims)}, shape, {{"special_zero", "true"}}, x.dtype);
    }
    Value swapped(const Value& x) {
        return layer("Transpose", 1, {x, ir_.integers({0, 2, 1})}, {x.shape[0], x.shape[2], x.shape[1]});
    }
    std::pair<Value, Value> best_class(const Value& x) {
        const auto [best, place] = highest(x, 1, 1);
        return {best, layer("Convert", 1, {place}, place.shape, {{"destination_type", "f32"}})};
    }
    std::pair<Value, Value> best_of(const Value& x, std::int64_t count) { return highest(x, 1, count); }
    Value rows_at(const Value& table, const Value& indices, std::int64_t count) {
        return layer("GatherND", 8, {table, reshaped(indices, {0, count, 1})},
                     {table.shape[0], count, table.shape[2]}, {{"batch_dims", "1"}});
    }
    Value upright_kept(const Value& boxes, const Value& scores) {
        // OpenVINO's drops a box whose overlap is just the threshold.
        const float threshold =
            std::nextafter(float_limit(rule_.iou), std::numeric_limits<float>::infinity());
        const std::vector<Value> found = ir_.layer_of(
            next("NonMaxSuppression"), "NonMaxSuppression", 9,
            {boxes, scores, ir_.integer(rule_.max_det), number(threshold), number(rule_.conf)},
            {{"box_encoding", "corner"}, {"sort_result_descending", "false"}, {"output_type", "i64"}},
            {{DType::i64, {-1, 3}}, {DType::f32, {-1, 3}}, {DType::i64, {1}}});
        const Value places =  // of (picture, class, anchor) the first and the last
            layer("Gather", 8, {found[0], ir_.integers({0, 2}), ir_.integer(1)}, {-1, 2},
                  {{"batch_dims", "0"}}, DType::i64);
        const Value all = reshaped(scores, {0, -1});
        const Value their = layer("GatherND", 8, {all, places}, {-1}, {{"batch_dims", "0"}});
        return layer("ScatterNDUpdate", 4, {mul(all, number(0)), places, their}, all.shape);
    }

  private:
    std::string next(const char* type) { return fmt::format("{}/{}_{}", name_, type, count_++); }
    Value layer(const char* type, int opset, const std::vector<Value>& inputs, const IrShape& shape,
                const Attributes& attributes = {}, DType dtype = DType::f32) {
        return ir_.layer(next(type), type, opset, inputs, shape, attributes, dtype);
    }
    Value unary(const char* type, const Value& x) { return layer(type, 1, {x}, x.shape); }
    Value binary(const char* type, const Value& a, const Value& b, DType dtype = DType::f32) {
        return layer(type, 1, {a, b}, broadcast(a.shape, b.shape), {{"auto_broadcast", "numpy"}}, dtype);
    }
    Value select(const Value& condition, const Value& a, const Value& b, const std::string& name,
                 const std::string& tensor) {
        return ir_.layer(name, "Select", 1, {condition, a, b},
                         broadcast(broadcast(condition.shape, a.shape), b.shape),
                         {{"auto_broadcast", "numpy"}}, DType::f32, tensor);
    }
    std::pair<Value, Value> highest(const Value& x, int axis, std::int64_t count) {
        IrShape shape = x.shape;
        shape.at(static_cast<std::size_t>(axis)) = count;
        const std::vector<Value> both = ir_.layer_of(next("TopK"), "TopK", 11, {x, ir_.integer(count)},
                                                     {{"axis", std::to_string(axis)},
                                                      {"mode", "max"},
                                                      {"sort", "value"},
                                                      {"index_element_type", "i64"},
                                                      {"stable", "true"}},
                                                     {{DType::f32, shape}, {DType::i64, shape}});
        return {both[0], both[1]};
    }

    IrModel& ir_;
    const graph::SuppressionRule& rule_;
    const std::string name_, tensor_;
    int count_ = 0;
};

}  // namespace

IrValue add_suppression(IrModel& ir, const graph::NonMaxSuppression& op, const IrValue& columns,
                        const std::string& name, const std::string& tensor) {
    OpenvinoOps ops(ir, op.rule, name, tensor);
    const std::int64_t anchors = columns.shape.at(2);
    return Suppression(ops, op, anchors < 0 ? std::nullopt : std::optional(anchors)).rows(columns);
}

}  // namespace yolo::exports
