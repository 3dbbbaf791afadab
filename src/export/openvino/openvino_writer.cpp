// SPDX-License-Identifier: Apache-2.0
#include "export/openvino/openvino_writer.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "export/common/quantization_scope.hpp"
#include "export/common/source_network.hpp"
#include "export/openvino/openvino_suppression.hpp"
#include "formats/half.hpp"

namespace yolo::exports {

namespace {

using Values = std::vector<IrValue>;
using Attributes = IrModel::Attributes;

std::string twice(int number) {
    return fmt::format("{0}, {0}", number);
}

class OpenvinoWriter {
  public:
    OpenvinoWriter(const graph::Network& network, const OpenvinoOptions& options)
        : source_(network, "OpenVINO IR"),
          graph_(source_.graph()),
          options_(options),
          ir_(graph_.name.empty() ? "yolo" : graph_.name),
          values_(static_cast<std::size_t>(graph_.value_count)),
          ranges_(values_.size(), nullptr) {
        if (options.plan != nullptr) find_ranges();
        shapes_ = source_.shapes(options.batch);
        if (graph_.fixed_size) return;
        // What changes with the input's sizes is free.
        const auto [height, width] = source_.size();
        const auto others = source_.shapes(options.batch + 1, {2 * height, 3 * width});
        for (std::size_t value = 0; value < shapes_.size(); ++value) {
            for (std::size_t axis = 0; axis < shapes_[value].size(); ++axis)
                if (shapes_[value][axis] != others[value][axis]) shapes_[value][axis] = -1;
        }
    }

    IrModel run() {
        for (const graph::Node& node : graph_.nodes) {
            node_ = &node;
            value(node.output) = std::visit(*this, node.op);
            if (const Range* range = ranges_.at(static_cast<std::size_t>(node.output)))
                value(node.output) = in_bytes(value(node.output), *range);
        }
        for (const graph::ValueId output : graph_.outputs)
            ir_.result(source_.output_name(output), value(output));
        return std::move(ir_);
    }

    // The table: one layer (or a few) for each op.

    IrValue operator()(const graph::Input&) { return ir_.parameter("images", shape()); }
    IrValue operator()(const graph::Conv& op) {
        const Attributes attributes = {{"strides", twice(op.stride)},
                                       {"dilations", twice(op.dilation)},
                                       {"pads_begin", twice(op.padding)},
                                       {"pads_end", twice(op.padding)},
                                       {"auto_pad", "explicit"}};
        const char* type = op.groups > 1 ? "GroupConvolution" : "Convolution";
        return biased(op.bias, {inputs()[0], weight(op.groups)}, type, attributes);
    }
    IrValue operator()(const graph::ConvTranspose& op) {
        return biased(op.bias, {inputs()[0], weight()}, "ConvolutionBackpropData",
                      {{"strides", twice(op.stride)},
                       {"dilations", twice(1)},
                       {"pads_begin", twice(0)},
                       {"pads_end", twice(0)},
                       {"auto_pad", "explicit"},
                       {"output_padding", twice(0)}});
    }
    IrValue operator()(const graph::Linear&) {
        const IrValue product = ir_.layer(node_->name, "MatMul", 1, {inputs()[0], weight()}, shape(),
                                          {{"transpose_a", "false"}, {"transpose_b", "true"}});
        return plus_bias(product, {1, -1});
    }
    IrValue operator()(const graph::Silu&) { return write("Swish", 4, inputs()); }
    IrValue operator()(const graph::Relu&) { return write("ReLU", 1, inputs()); }
    IrValue operator()(const graph::Sigmoid&) { return write("Sigmoid", 1, inputs()); }
    IrValue operator()(const graph::Sin&) { return write("Sin", 1, inputs()); }
    IrValue operator()(const graph::Cos&) { return write("Cos", 1, inputs()); }
    IrValue operator()(const graph::Add&) { return binary("Add"); }
    IrValue operator()(const graph::Sub&) { return binary("Subtract"); }
    IrValue operator()(const graph::Mul&) { return binary("Multiply"); }
    IrValue operator()(const graph::Scale& op) {
        IrValue x = inputs()[0];
        const auto step = [&](const char* type, double number, const std::string& tensor) {
            return ir_.layer(node_->name + "/" + type, type, 1,
                             {x, ir_.floats({}, {static_cast<float>(number)})}, shape(),
                             {{"auto_broadcast", "numpy"}}, DType::f32, tensor);
        };
        if (op.factor != 1 || op.offset == 0)
            x = step("Multiply", op.factor, op.offset == 0 ? output_name() : "");
        return op.offset == 0 ? x : step("Add", op.offset, output_name());
    }
    IrValue operator()(const graph::Concat& op) {
        return write("Concat", 1, inputs(), {{"axis", std::to_string(op.axis)}});
    }
    IrValue operator()(const graph::Slice& op) {
        return write("Slice", 8,
                     {inputs()[0], ir_.integers({op.begin}), ir_.integers({op.end}), ir_.integers({1}),
                      ir_.integers({op.axis})});
    }
    IrValue operator()(const graph::MaxPool& op) {
        return write("MaxPool", 8, inputs(),
                     {{"kernel", twice(op.kernel)},
                      {"strides", twice(op.stride)},
                      {"dilations", twice(1)},
                      {"pads_begin", twice(op.padding)},
                      {"pads_end", twice(op.padding)},
                      {"rounding_type", "floor"},
                      {"auto_pad", "explicit"},
                      {"index_element_type", "i64"},
                      {"axis", "0"}});
    }
    IrValue operator()(const graph::Upsample& op) {
        const auto scale = static_cast<float>(op.scale);
        // The sizes are not read in this mode.
        return write(
            "Interpolate", 4,
            {inputs()[0], ir_.integers({1, 1}), ir_.floats({2}, {scale, scale}), ir_.integers({2, 3})},
            {{"mode", "nearest"},
             {"shape_calculation_mode", "scales"},
             {"coordinate_transformation_mode", "asymmetric"},
             {"nearest_mode", "floor"},
             {"antialias", "false"},
             {"pads_begin", "0"},
             {"pads_end", "0"},
             {"cube_coeff", "-0.75"}});
    }
    IrValue operator()(const graph::GlobalAveragePool&) {
        return write("ReduceMean", 1, {inputs()[0], ir_.integers({2, 3})}, {{"keep_dims", "false"}});
    }
    IrValue operator()(const graph::Softmax&) { return write("Softmax", 8, inputs(), {{"axis", "-1"}}); }
    IrValue operator()(const graph::WeightedSum& op) {
        IrShape kept = shape();
        kept.push_back(1);
        const auto count = static_cast<std::int64_t>(op.weights.size());
        const IrValue sum =
            ir_.layer(node_->name + "/MatMul", "MatMul", 1, {inputs()[0], ir_.floats({count, 1}, op.weights)},
                      kept, {{"transpose_a", "false"}, {"transpose_b", "false"}});
        return write("Squeeze", 1, {sum, ir_.integers({-1})});
    }
    IrValue operator()(const graph::Reshape& op) {
        return write("Reshape", 1, {inputs()[0], ir_.integers(op.dims)}, {{"special_zero", "true"}});
    }
    IrValue operator()(const graph::Transpose& op) {
        return write("Transpose", 1, {inputs()[0], ir_.integers({op.perm.begin(), op.perm.end()})});
    }
    IrValue operator()(const graph::MatMul&) {
        return write("MatMul", 1, inputs(), {{"transpose_a", "false"}, {"transpose_b", "false"}});
    }
    IrValue operator()(const graph::Unflatten&) {
        const Values in = inputs();
        const auto sizes = [&](const std::string& part, const IrValue& of,
                               const std::vector<std::int64_t>& axes) {
            const IrValue all =
                ir_.layer(node_->name + part + "/shape", "ShapeOf", 3, {of},
                          {static_cast<std::int64_t>(of.shape.size())}, {{"output_type", "i64"}}, DType::i64);
            return ir_.layer(node_->name + part + "/sizes", "Gather", 8,
                             {all, ir_.integers(axes), ir_.integer(0)}, {2}, {{"batch_dims", "0"}},
                             DType::i64);
        };
        const IrValue shape = ir_.layer(node_->name + "/sizes", "Concat", 1,
                                        {sizes("/values", in[0], {0, 1}), sizes("/map", in[1], {2, 3})}, {4},
                                        {{"axis", "0"}}, DType::i64);
        return write("Reshape", 1, {in[0], shape}, {{"special_zero", "false"}});
    }
    IrValue operator()(const graph::Constant&) {  // centres of cells and strides have few digits
        const Tensor values = parameter(".value"), half = formats::to_half(values);
        const Tensor back = half.to_f32();
        const bool exact = std::ranges::equal(back.values<float>(), values.values<float>());
        return options_.half && exact ? ir_.constant(node_->name, half, true)
                                      : ir_.constant(node_->name, values);
    }
    IrValue operator()(const graph::CellCenters& op) { return cell_centers(op); }
    IrValue operator()(const graph::Dropout&) { return inputs()[0]; }
    IrValue operator()(const graph::BatchNorm&) { return refuse("it is folded before"); }
    IrValue operator()(const graph::NonMaxSuppression& op) {
        return add_suppression(ir_, op, inputs()[0], node_->name, output_name());
    }
    IrValue operator()(const graph::DecodeHead&) { return refuse("it is expanded before"); }

  private:
    [[noreturn]] IrValue refuse(const char* why) const { source_.refuse(*node_, why); }

    IrValue& value(graph::ValueId id) { return values_.at(static_cast<std::size_t>(id)); }
    const IrShape& shape() const { return shapes_.at(static_cast<std::size_t>(node_->output)); }
    Values inputs() {
        Values list;
        for (const graph::ValueId input : node_->inputs) list.push_back(value(input));
        return list;
    }
    std::string output_name() const { return source_.output_name(node_->output); }
    IrValue write(const char* type, int opset, const Values& in, const Attributes& attributes = {}) {
        return ir_.layer(node_->name, type, opset, in, shape(), attributes, DType::f32, output_name());
    }
    IrValue binary(const char* type) { return write(type, 1, inputs(), {{"auto_broadcast", "numpy"}}); }

    Tensor parameter(const char* suffix) const { return source_.parameter(*node_, suffix); }
    static Tensor reshaped(const Tensor& tensor, const Shape& shape) {
        const auto owner = std::make_shared<Tensor>(tensor);
        return Tensor(tensor.dtype(), shape, owner, owner->raw());
    }
    const QuantizedLayer* quantized() const {
        return options_.plan == nullptr ? nullptr : options_.plan->layer(node_->name);
    }
    IrValue constant(const Tensor& tensor, const char* suffix) {
        const std::string name = node_->name + suffix;
        return options_.half ? ir_.constant(name, formats::to_half(tensor), true)
                             : ir_.constant(name, tensor);
    }
    /// Those of several groups have an axis for them.
    IrValue weight(std::int64_t groups = 1) {
        const auto grouped = [groups](Shape shape, std::size_t axis) {
            if (groups == 1) return shape;
            shape.at(axis) /= groups;
            shape.insert(shape.begin(), groups);
            return shape;
        };
        const QuantizedLayer* layer = quantized();
        const Tensor values = layer == nullptr ? parameter(".weight") : layer->weight;
        const Tensor stored = reshaped(values, grouped(values.shape(), 0));
        if (layer == nullptr) return constant(stored, ".weight");
        const auto axis = static_cast<std::size_t>(layer->channel_axis);
        Shape scales(values.shape().size(), 1);
        scales[axis] = values.dim(axis);
        const std::string name = node_->name + ".weight";
        const IrValue floats = ir_.layer(name + "/convert", "Convert", 1, {ir_.constant(name, stored)},
                                         stored.shape(), {{"destination_type", "f32"}});
        return ir_.layer(name + "/scale", "Multiply", 1,
                         {floats, ir_.floats(grouped(scales, axis), layer->scales)}, stored.shape(),
                         {{"auto_broadcast", "numpy"}});
    }

    /// Rounded are the values that layers read, and those between. What ops of floats alone read (a layer's
    /// output before its activation, a term of a sum) stays float: the device has it in its registers.
    void find_ranges() {
        std::vector<bool> read(ranges_.size(), false);
        for (const graph::Node& node : graph_.nodes) {
            const ByteUse use = byte_use(node.op);
            if (use != ByteUse::layer && use != ByteUse::same) continue;
            for (const graph::ValueId input : node.inputs) read.at(static_cast<std::size_t>(input)) = true;
        }
        for (const graph::Node& node : graph_.nodes) {
            const auto output = static_cast<std::size_t>(node.output);
            if (read.at(output) && byte_use(node.op) != ByteUse::same)
                ranges_.at(output) = options_.plan->range(node.name);
        }
    }
    IrValue in_bytes(const IrValue& x, const Range& range) {
        const IrValue low = ir_.floats({}, {range.low}), high = ir_.floats({}, {range.high});
        return ir_.layer(node_->name + "/fake_quantize", "FakeQuantize", 1, {x, low, high, low, high},
                         shape(), {{"levels", "256"}, {"auto_broadcast", "numpy"}});
    }
    IrValue biased(bool bias, const Values& in, const char* type, const Attributes& attributes) {
        if (!bias) return write(type, 1, in, attributes);
        return plus_bias(ir_.layer(node_->name, type, 1, in, shape(), attributes), {1, -1, 1, 1});
    }
    IrValue plus_bias(const IrValue& x, Shape bias_shape) {
        const QuantizedLayer* layer = quantized();
        const Tensor bias = layer == nullptr ? parameter(".bias") : layer->bias;
        std::replace(bias_shape.begin(), bias_shape.end(), std::int64_t{-1}, bias.dim(0));
        return ir_.layer(node_->name + "/bias", "Add", 1, {x, constant(reshaped(bias, bias_shape), ".bias")},
                         shape(), {{"auto_broadcast", "numpy"}}, DType::f32, output_name());
    }

    IrValue cell_centers(const graph::CellCenters& op) {
        const std::string& name = node_->name;
        const IrValue sizes =
            ir_.layer(name + "/shape", "ShapeOf", 3, inputs(), {4}, {{"output_type", "i64"}}, DType::i64);
        const IrValue cells =
            ir_.layer(name + "/cells", "Gather", 8, {sizes, ir_.integers({2, 3}), ir_.integer(0)}, {2},
                      {{"batch_dims", "0"}}, DType::i64);
        const auto spread = [&](const std::string& part,
                                const IrValue& row) {  // over the whole map: (1, 1, h w)
            const IrValue map = ir_.layer(name + part + "/map", "Broadcast", 3, {row, cells}, {-1, -1},
                                          {{"mode", "bidirectional"}});
            return ir_.layer(name + part + "/row", "Reshape", 1, {map, ir_.integers({1, 1, -1})}, {1, 1, -1},
                             {{"special_zero", "false"}});
        };
        const auto centers = [&](const std::string& part, std::int64_t axis,
                                 const std::vector<std::int64_t>& dims) {
            const IrValue count =
                ir_.layer(name + part + "/count", "Gather", 8, {sizes, ir_.integer(axis), ir_.integer(0)}, {},
                          {{"batch_dims", "0"}}, DType::i64);
            const IrValue numbers =
                ir_.layer(name + part + "/range", "Range", 4, {ir_.integer(0), count, ir_.integer(1)}, {-1},
                          {{"output_type", "f32"}});
            const IrValue half =
                ir_.layer(name + part + "/center", "Add", 1, {numbers, ir_.floats({}, {0.5F})}, {-1},
                          {{"auto_broadcast", "numpy"}});
            return spread(
                part, ir_.layer(name + part + "/shaped", "Reshape", 1, {half, ir_.integers(dims)},
                                {dims[0] < 0 ? -1 : 1, dims[1] < 0 ? -1 : 1}, {{"special_zero", "false"}}));
        };
        const IrValue x = centers("/x", 3, {1, -1}), y = centers("/y", 2, {-1, 1});
        const IrValue stride = spread("/stride", ir_.floats({1, 1}, {static_cast<float>(op.stride)}));
        return write("Concat", 1, {x, y, stride}, {{"axis", "1"}});
    }

    const SourceNetwork source_;
    const graph::Graph& graph_;
    const OpenvinoOptions& options_;
    IrModel ir_;
    std::vector<IrValue> values_;
    std::vector<const Range*> ranges_;  // by value: of those that are rounded to bytes
    std::vector<IrShape> shapes_;
    const graph::Node* node_ = nullptr;
};

}  // namespace

IrModel openvino_model(const graph::Network& network, const OpenvinoOptions& options) {
    return OpenvinoWriter(network, options).run();
}

}  // namespace yolo::exports
