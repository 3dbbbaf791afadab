// SPDX-License-Identifier: Apache-2.0
#include "export/onnx/onnx_writer.hpp"

#include <algorithm>
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
          half_(names_.size(), options.half) {
        if (options.half) keep_decoding_in_float();
    }

    formats::ProtoMessage run() {
        for (const graph::Node& node : graph_.nodes) {
            if (std::holds_alternative<graph::Input>(node.op)) {
                write_input(node);
                continue;
            }
            node_ = &node;
            scope_ = torch_scope(node.name);
            output_ = half(node.output) ? "" : source_.output_name(node.output);
            name(node.output) = std::visit(*this, node.op);
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
        const std::string gate = onnx_.node(scope_, "Sigmoid", x);
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
        const std::string region = options_.opset < 13 ? onnx_.floats({0}, {}) : "";
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
        if (options_.opset < 13) return write("Squeeze", {sum}, {{"axes", Ints{-1}}});
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
    std::string operator()(const graph::Constant&) { return parameter(".value"); }
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
    std::string operator()(const graph::Input&) { return refuse("an input stands once, first"); }
    std::string operator()(const graph::BatchNorm&) { return refuse("it is folded before"); }
    std::string operator()(const graph::DecodeHead&) { return refuse("it is expanded before"); }

  private:
    [[noreturn]] std::string refuse(const char* why) const { source_.refuse(*node_, why); }

    std::string& name(ValueId value) { return names_.at(static_cast<std::size_t>(value)); }
    bool half(ValueId value) const { return half_.at(static_cast<std::size_t>(value)); }

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
        in.push_back(parameter(".weight"));
        if (bias) in.push_back(parameter(".bias"));
        return in;
    }
    std::string parameter(const char* suffix) {
        const Tensor values = source_.parameter(*node_, suffix);
        return onnx_.initializer(node_->name + suffix,
                                 half(node_->output) ? formats::to_half(values) : values);
    }
    std::string number(double value) {
        const auto single = static_cast<float>(value);
        return half(node_->output) ? onnx_.halves({}, {single}) : onnx_.floats({}, {single});
    }
    std::string scalar(std::int64_t value) { return onnx_.integer(value); }

    void write_input(const graph::Node& node) {
        const auto channels = std::int64_t{std::get<graph::Input>(node.op).channels};
        name(node.output) = "images";
        if (graph_.fixed_size) {
            onnx_.input("images", DType::f32,
                        {std::int64_t{options_.batch}, channels, std::int64_t{graph_.fixed_size->height},
                         std::int64_t{graph_.fixed_size->width}});
        } else {
            onnx_.input("images", DType::f32, {"batch", channels, "height", "width"});
        }
        node_ = &node;
        scope_ = "";
        if (options_.half) name(node.output) = cast("images", true);
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
    Names names_;             // by value
    std::vector<bool> half_;  // by value
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
