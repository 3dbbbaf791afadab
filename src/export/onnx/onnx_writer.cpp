// SPDX-License-Identifier: Apache-2.0
#include "export/onnx/onnx_writer.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include <fmt/core.h>

#include <yolo/version.hpp>

#include "export/common/source_network.hpp"
#include "export/onnx/onnx_graph.hpp"
#include "export/onnx/onnx_suppression.hpp"
#include "formats/half.hpp"

namespace yolo::exports {

namespace {

using Ints = std::vector<std::int64_t>;
using Names = OnnxGraph::Names;
using graph::ValueId;

bool is_number(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class OnnxWriter {
  public:
    OnnxWriter(const graph::Network& network, const OnnxOptions& options)
        : source_(network, "ONNX"),
          graph_(source_.graph()),
          options_(options),
          onnx_("yolo"),
          names_(static_cast<std::size_t>(graph_.value_count)),
          half_(names_.size(), options.half),
          ranges_(names_.size(), nullptr),
          shapes_(source_.shapes(options.batch)) {
        if (options.half) keep_decoding_in_float();
        if (options.plan != nullptr) find_ranges();
    }

    formats::ProtoMessage run() {
        for (const graph::Node& node : graph_.nodes) {
            node_ = &node;
            scope_ = torch_scope(node.name);
            output_ = half(node.output) ? "" : source_.output_name(node.output);
            name(node.output) = std::visit(*this, node.op);
            if (const Range* range = this->range(node.output))
                name(node.output) = in_bytes(name(node.output), *range);
        }
        write_outputs();
        return onnx_.model(options_.opset, "yolo.cpp", version, options_.metadata);
    }

    // The table: one ONNX node (or a few) for each op. What it returns is the name of the op's value.

    std::string operator()(const graph::Conv& op) {
        const std::int64_t k = op.kernel, s = op.stride, p = op.padding, d = op.dilation;
        return write("Conv", with_parameters(op.bias),
                     {{"dilations", Ints{d, d}},
                      {"group", std::int64_t{op.groups}},
                      {"kernel_shape", Ints{k, k}},
                      {"pads", Ints{p, p, p, p}},
                      {"strides", Ints{s, s}}});
    }
    std::string operator()(const graph::ConvTranspose& op) {
        const std::int64_t k = op.kernel, s = op.stride;
        return write("ConvTranspose", with_parameters(op.bias),
                     {{"kernel_shape", Ints{k, k}}, {"strides", Ints{s, s}}});
    }
    std::string operator()(const graph::Linear&) {
        return write("Gemm", with_parameters(true), {{"transB", std::int64_t{1}}});
    }
    std::string operator()(const graph::Silu&) {
        const Names x = inputs();
        std::string gate = onnx_.node(scope_, "Sigmoid", x);
        if (range(node_->output) != nullptr) gate = in_bytes(gate, {0, 1});
        return write("Mul", {x[0], gate});
    }
    std::string operator()(const graph::Relu&) { return write("Relu", inputs()); }
    std::string operator()(const graph::Sigmoid&) { return write("Sigmoid", inputs()); }
    std::string operator()(const graph::Sin&) { return write("Sin", inputs()); }
    std::string operator()(const graph::Cos&) { return write("Cos", inputs()); }
    std::string operator()(const graph::Add&) { return write("Add", inputs()); }
    std::string operator()(const graph::Sub&) { return write("Sub", inputs()); }
    std::string operator()(const graph::Mul&) { return write("Mul", inputs()); }
    std::string operator()(const graph::Scale& op) {
        std::string x = inputs()[0];
        if (op.factor != 1) {
            const std::string factor = number(op.factor);
            if (op.offset == 0) return write("Mul", {x, factor});
            x = onnx_.node(scope_, "Mul", {x, factor});
        }
        return write("Add", {x, number(op.offset)});
    }
    std::string operator()(const graph::Concat& op) {
        return write("Concat", inputs(), {{"axis", std::int64_t{op.axis}}});
    }
    std::string operator()(const graph::Slice& op) {
        return write("Slice", {inputs()[0], onnx_.integers({op.begin}), onnx_.integers({op.end}),
                               onnx_.integers({op.axis}), onnx_.integers({1})});
    }
    std::string operator()(const graph::MaxPool& op) {
        const std::int64_t k = op.kernel, s = op.stride, p = op.padding;
        return write("MaxPool", inputs(),
                     {{"kernel_shape", Ints{k, k}}, {"pads", Ints{p, p, p, p}}, {"strides", Ints{s, s}}});
    }
    std::string operator()(const graph::Upsample& op) {  // its default modes: nearest, asymmetric, floor
        const auto scale = static_cast<float>(op.scale);
        // Not read in this mode, but not optional before opset 13.
        const std::string region = sizes_are_inputs() ? "" : onnx_.floats({0}, {});
        return write("Resize", {inputs()[0], region, onnx_.floats({4}, {1, 1, scale, scale})},
                     {{"mode", std::string("nearest")},
                      {"coordinate_transformation_mode", std::string("asymmetric")},
                      {"nearest_mode", std::string("floor")}});
    }
    std::string operator()(const graph::GlobalAveragePool&) {
        const std::string pooled = onnx_.node(scope_, "GlobalAveragePool", inputs());
        return write("Flatten", {pooled}, {{"axis", std::int64_t{1}}});
    }
    std::string operator()(const graph::Softmax&) {
        return write("Softmax", inputs(), {{"axis", std::int64_t{-1}}});
    }
    std::string operator()(const graph::WeightedSum& op) {
        const auto count = static_cast<std::int64_t>(op.weights.size());
        const std::string weights =
            half(node_->output) ? onnx_.halves({count, 1}, op.weights) : onnx_.floats({count, 1}, op.weights);
        const std::string sum = onnx_.node(scope_, "MatMul", {inputs()[0], weights});
        if (!sizes_are_inputs()) {  // OpenCV counts axes from the front
            const auto last = static_cast<std::int64_t>(shape_of(node_->inputs[0]).size()) - 1;
            return write("Squeeze", {sum}, {{"axes", Ints{last}}});
        }
        return write("Squeeze", {sum, onnx_.integers({-1})});
    }
    std::string operator()(const graph::Reshape& op) {
        return write("Reshape", {inputs()[0], onnx_.integers(op.dims)});
    }
    std::string operator()(const graph::Transpose& op) {
        return write("Transpose", inputs(), {{"perm", Ints(op.perm.begin(), op.perm.end())}});
    }
    std::string operator()(const graph::MatMul&) { return write("MatMul", inputs()); }
    std::string operator()(const graph::Unflatten&) {
        const Names in = inputs();
        const auto sizes = [&](const std::string& value, std::int64_t begin, std::int64_t end) {
            const std::string shape = onnx_.node(scope_, "Shape", {value});
            return onnx_.node(scope_, "Slice", {shape, onnx_.integers({begin}), onnx_.integers({end})});
        };
        const std::string shape = onnx_.node(scope_, "Concat", {sizes(in[0], 0, 2), sizes(in[1], 2, 4)},
                                             {{"axis", std::int64_t{0}}});
        return write("Reshape", {in[0], shape});
    }
    std::string operator()(const graph::Constant&) {
        return sizes_are_inputs() ? parameter(".value") : whole_constant();
    }
    std::string operator()(const graph::CellCenters& op) {
        const std::string shape = onnx_.node(scope_, "Shape", {inputs()[0]});
        const auto size = [&](std::int64_t axis) {
            return onnx_.node(scope_, "Gather", {shape, scalar(axis)}, {{"axis", std::int64_t{0}}});
        };
        const std::string height = size(2), width = size(3);
        const auto row = [&](const std::string& count, const Ints& dims) {  // 0.5, 1.5, ... along one axis
            const std::string numbers = onnx_.node(scope_, "Range", {scalar(0), count, scalar(1)});
            const std::string floats = onnx_.node(scope_, "Cast", {numbers}, {{"to", std::int64_t{1}}});
            const std::string centers = onnx_.node(scope_, "Add", {floats, onnx_.floats({1}, {0.5F})});
            return onnx_.node(scope_, "Reshape", {centers, onnx_.integers(dims)});
        };
        const auto raised = [&](const std::string& count) {
            return onnx_.node(scope_, "Reshape", {count, onnx_.integers({1})});
        };
        const std::string cells =
            onnx_.node(scope_, "Concat", {raised(height), raised(width)}, {{"axis", std::int64_t{0}}});
        const auto spread = [&](const std::string& values) {  // over the whole map, as (1, 1, h w)
            const std::string map = onnx_.node(scope_, "Expand", {values, cells});
            return onnx_.node(scope_, "Reshape", {map, onnx_.integers({1, 1, -1})});
        };
        const std::string x = spread(row(width, {1, -1})), y = spread(row(height, {-1, 1}));
        const std::string stride = spread(onnx_.floats({1, 1}, {static_cast<float>(op.stride)}));
        return write("Concat", {x, y, stride}, {{"axis", std::int64_t{1}}});
    }
    std::string operator()(const graph::NonMaxSuppression& op) {
        return add_suppression(onnx_, op,
                               {scope_, inputs()[0], output_, source_.anchors_of(*node_), options_.opset});
    }
    std::string operator()(const graph::Dropout&) { return inputs()[0]; }
    std::string operator()(const graph::Input& op) { return write_input(op); }
    std::string operator()(const graph::BatchNorm&) { return refuse("it is folded before"); }
    std::string operator()(const graph::DecodeHead&) { return refuse("it is expanded before"); }

  private:
    [[noreturn]] std::string refuse(const char* why) const { source_.refuse(*node_, why); }

    std::string& name(ValueId value) { return names_.at(static_cast<std::size_t>(value)); }
    bool half(ValueId value) const { return half_.at(static_cast<std::size_t>(value)); }

    /// Since opset 13. What is older is written for programs of that time: OpenCV 4.5 to 4.7.
    bool sizes_are_inputs() const { return options_.opset >= 13; }
    const Shape& shape_of(ValueId value) const { return shapes_.at(static_cast<std::size_t>(value)); }

    /// A constant in the size of what it is combined with: OpenCV spreads a number or nothing.
    std::string whole_constant() {
        Tensor values = source_.parameter(*node_, ".value");
        for (const graph::Node& user : graph_.nodes) {
            const bool used =
                std::find(user.inputs.begin(), user.inputs.end(), node_->output) != user.inputs.end();
            const bool spreads = std::holds_alternative<graph::Add>(user.op) ||
                                 std::holds_alternative<graph::Sub>(user.op) ||
                                 std::holds_alternative<graph::Mul>(user.op);
            if (used && spreads && graph_.fixed_size) values = spread(values, shape_of(user.output));
        }
        return onnx_.initializer(node_->name + ".value",
                                 half(node_->output) ? formats::to_half(values) : values);
    }
    /// Values of size 1 along some axes, repeated along them up to `shape`.
    static Tensor spread(const Tensor& from, const Shape& shape) {
        if (from.shape() == shape || from.shape().size() != shape.size()) return from;
        Tensor all = Tensor::allocate(DType::f32, shape);
        const auto values = from.values<float>();
        const auto to = all.mutable_values<float>();
        for (std::size_t i = 0; i < to.size(); ++i) {
            std::size_t rest = i, at = 0, step = 1;
            for (std::size_t axis = shape.size(); axis-- > 0;) {
                const auto size = static_cast<std::size_t>(shape[axis]);
                const auto own = static_cast<std::size_t>(from.shape()[axis]);
                at += rest % size % own * step;
                rest /= size;
                step *= own;
            }
            to[i] = values[at];
        }
        return all;
    }

    /// Everything that follows from the head's maps: a pixel's coordinate has more digits than 16 bits hold.
    void keep_decoding_in_float() {
        std::set<ValueId> maps;
        if (graph_.head) {
            for (const auto* list : {&graph_.head->box, &graph_.head->cls, &graph_.head->extra})
                maps.insert(list->maps.begin(), list->maps.end());
        }
        for (const graph::Node& node : graph_.nodes) {
            const bool follows = std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
                return maps.contains(input) || !half(input);
            });
            if (follows || (node.inputs.empty() && !std::holds_alternative<graph::Input>(node.op)))
                half_.at(static_cast<std::size_t>(node.output)) = false;
        }
    }

    /// The inputs' names; those of another precision than the node's are cast.
    Names inputs() {
        Names list;
        for (const ValueId input : node_->inputs) {
            const bool same = half(input) == half(node_->output);
            list.push_back(same ? name(input) : cast(name(input), half(node_->output)));
        }
        return list;
    }
    std::string cast(const std::string& value, bool to_half) {
        std::string& known = casts_[value];
        if (known.empty())
            known = onnx_.node(scope_, "Cast", {value}, {{"to", std::int64_t{to_half ? 10 : 1}}});
        return known;
    }
    std::string write(const std::string& type, const Names& in,
                      const std::vector<OnnxAttribute>& attributes = {}) {
        return onnx_.node(scope_, type, in, attributes, output_);
    }
    Names with_parameters(bool bias) {
        Names in = inputs();
        const QuantizedLayer* layer = options_.plan == nullptr ? nullptr : options_.plan->layer(node_->name);
        if (layer != nullptr) return with_bytes(std::move(in), *layer);
        in.push_back(parameter(".weight"));
        if (bias) in.push_back(parameter(".bias"));
        return in;
    }
    std::string parameter(const char* suffix) {
        const Tensor values = source_.parameter(*node_, suffix);
        return onnx_.initializer(node_->name + suffix,
                                 half(node_->output) ? formats::to_half(values) : values);
    }
    /// What the plan says of each value.
    void find_ranges() {
        for (const graph::Node& node : graph_.nodes)
            ranges_.at(static_cast<std::size_t>(node.output)) = options_.plan->range(node.name);
    }
    const Range* range(ValueId value) const { return ranges_.at(static_cast<std::size_t>(value)); }

    /// The value rounded to bytes, and what they stand for.
    std::string in_bytes(const std::string& value, const Range& range) {
        const std::string scale = onnx_.floats({}, {range.scale()}), zero = onnx_.byte(range.zero_point());
        const std::string bytes = onnx_.node(scope_, "QuantizeLinear", {value, scale, zero});
        return onnx_.node(scope_, "DequantizeLinear", {bytes, scale, zero});
    }
    Names with_bytes(Names in, const QuantizedLayer& layer) {
        const auto channels = static_cast<std::int64_t>(layer.scales.size());
        const auto add = [&](const char* part, const Tensor& values, const std::vector<float>& scales,
                             int axis) {
            Tensor zeros = Tensor::allocate(values.dtype(), {channels});
            std::memset(zeros.mutable_raw(), 0, zeros.bytes());
            const std::string stored = onnx_.initializer(node_->name + part, values);
            const std::string zero = onnx_.initializer(node_->name + part + "_zero_point", zeros);
            in.push_back(onnx_.node(scope_, "DequantizeLinear",
                                    {stored, onnx_.floats({channels}, scales), zero},
                                    {{"axis", std::int64_t{axis}}}));
        };
        add(".weight", layer.weight, layer.scales, layer.channel_axis);
        if (layer.bias.empty()) return in;
        const Range& input = *range(node_->inputs.at(0));
        std::vector<float> units = layer.scales;
        for (float& unit : units) unit *= input.scale();
        add(".bias", integer_bias(layer, input), units, 0);
        return in;
    }
    std::string number(double value) {
        const auto single = static_cast<float>(value);
        return half(node_->output) ? onnx_.halves({}, {single}) : onnx_.floats({}, {single});
    }
    std::string scalar(std::int64_t value) { return onnx_.integer(value); }

    std::string write_input(const graph::Input& op) {
        const auto channels = std::int64_t{op.channels};
        if (graph_.fixed_size) {
            onnx_.input("images", DType::f32,
                        {std::int64_t{options_.batch}, channels, std::int64_t{graph_.fixed_size->height},
                         std::int64_t{graph_.fixed_size->width}});
        } else {
            onnx_.input("images", DType::f32, {"batch", channels, "height", "width"});
        }
        scope_ = "";
        return options_.half ? cast("images", true) : "images";
    }

    /// Sizes that depend on the input have names where it is free.
    std::vector<OnnxSize> sizes_of(ValueId value, const Shape& shape) const {
        std::vector<OnnxSize> sizes(shape.begin(), shape.end());
        if (graph_.fixed_size) return sizes;
        sizes.at(0) = "batch";
        const bool rows = std::holds_alternative<graph::NonMaxSuppression>(graph_.producer(value).op);
        if (sizes.size() == 3 && !rows) sizes[2] = "anchors";
        if (sizes.size() == 4) {
            sizes[2] = "mask_height";
            sizes[3] = "mask_width";
        }
        return sizes;
    }

    void write_outputs() {
        const std::vector<Shape> shapes = source_.shapes(options_.batch);
        for (const ValueId value : graph_.outputs) {
            if (half(value))
                onnx_.node("", "Cast", {name(value)}, {{"to", std::int64_t{1}}}, source_.output_name(value));
            onnx_.output(source_.output_name(value), DType::f32,
                         sizes_of(value, shapes.at(static_cast<std::size_t>(value))));
        }
    }

    const SourceNetwork source_;
    const graph::Graph& graph_;
    const OnnxOptions& options_;
    OnnxGraph onnx_;
    Names names_;                       // by value
    std::vector<bool> half_;            // by value
    std::vector<const Range*> ranges_;  // by value: of those that are bytes
    std::vector<Shape> shapes_;         // by value, of one picture
    std::map<std::string, std::string> casts_;
    const graph::Node* node_ = nullptr;
    std::string scope_, output_;
};

}  // namespace

std::string torch_scope(const std::string& path) {
    std::string scope, label;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        const std::string part = path.substr(begin, end - begin);
        const std::size_t next = std::min(end + 1, path.size());
        const bool holds_list =
            is_number(path.substr(next, std::min(path.find('.', next), path.size()) - next)) &&
            next < path.size();
        label = is_number(part) ? fmt::format("{}.{}", label, part) : part;
        if (is_number(part) || !holds_list) scope.append("/").append(label);
        begin = next;
    }
    return scope;
}

formats::ProtoMessage onnx_model(const graph::Network& network, const OnnxOptions& options) {
    return OnnxWriter(network, options).run();
}

}  // namespace yolo::exports
