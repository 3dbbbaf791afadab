// SPDX-License-Identifier: Apache-2.0
#include "export/ncnn/ncnn_writer.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "export/common/source_network.hpp"

namespace yolo::exports {

namespace {

using Names = std::vector<std::string>;
using Parameters = NcnnModel::Parameters;
using graph::ValueId;

constexpr int batch_axes = 1;  // axes of the Graph that NCNN does not have

std::string text(std::int64_t number) {
    return std::to_string(number);
}
std::string text(double number) {
    const std::string digits = fmt::format("{:.9g}", number);  // a number without a point is an integer there
    return digits.find_first_of(".e") == std::string::npos ? digits + ".0" : digits;
}

/// ncnn's number of the order of axes, from the slowest (channels) to the fastest.
int permute_order(const std::vector<int>& perm) {
    const std::vector<int> axes(perm.begin() + batch_axes, perm.end());
    if (axes == std::vector{2, 1} || axes == std::vector{1, 3, 2}) return 1;
    if (axes == std::vector{2, 1, 3}) return 2;
    if (axes == std::vector{2, 3, 1}) return 3;
    if (axes == std::vector{3, 1, 2}) return 4;
    if (axes == std::vector{3, 2, 1}) return 5;
    return 0;
}

class NcnnWriter {
  public:
    explicit NcnnWriter(const graph::Network& network)
        : source_(network, "NCNN"),
          graph_(source_.graph()),
          names_(static_cast<std::size_t>(graph_.value_count)) {
        shapes_ = source_.shapes(1);
        for (std::size_t i = 0; i < graph_.outputs.size(); ++i)
            name(graph_.outputs[i]) = fmt::format("out{}", i);
        find_splits();
    }

    NcnnFile run() {
        for (const graph::Node& node : graph_.nodes) {
            node_ = &node;
            if (name(node.output).empty()) name(node.output) = node.name;
            std::visit(*this, node.op);
        }
        NcnnFile file{std::move(model_), {}};
        for (const ValueId output : graph_.outputs) file.outputs.push_back(name(output));
        return file;
    }

    // The table: one layer (or a few) for each op.

    void operator()(const graph::Input&) {
        name(node_->output) = "in0";
        model_.layer("Input", "in0", {}, {"in0"});
    }
    void operator()(const graph::Conv& op) {
        const Tensor weight = parameter(".weight");
        Parameters parameters = convolution(op.out_channels, op.kernel, op.stride, op.padding, op.dilation,
                                            op.bias, weight.elements());
        if (op.groups > 1) parameters.emplace_back(7, text(std::int64_t{op.groups}));
        write(op.groups > 1 ? "ConvolutionDepthWise" : "Convolution", parameters,
              with_bias({weight, true}, op.bias));
    }
    void operator()(const graph::ConvTranspose& op) {
        const Tensor weight = out_first(parameter(".weight"));
        write("Deconvolution",
              convolution(op.out_channels, op.kernel, op.stride, 0, 1, op.bias, weight.elements()),
              with_bias({weight, true}, op.bias));
    }
    void operator()(const graph::Linear& op) {
        const Tensor weight = parameter(".weight");
        write("InnerProduct",
              {{0, text(std::int64_t{op.out_features})}, {1, "1"}, {2, text(weight.elements())}},
              with_bias({weight, true}, true));
    }
    void operator()(const graph::Silu&) { write("Swish"); }
    void operator()(const graph::Relu&) { write("ReLU"); }
    void operator()(const graph::Sigmoid&) { write("Sigmoid"); }
    void operator()(const graph::Sin&) { write("UnaryOp", {{0, "9"}}); }
    void operator()(const graph::Cos&) { write("UnaryOp", {{0, "10"}}); }
    void operator()(const graph::Add&) { write("BinaryOp", {{0, "0"}}); }
    void operator()(const graph::Sub&) { write("BinaryOp", {{0, "1"}}); }
    void operator()(const graph::Mul&) { write("BinaryOp", {{0, "2"}}); }
    void operator()(const graph::Scale& op) {
        const auto number = [](int kind, double value) {
            return Parameters{{0, text(std::int64_t{kind})}, {1, "1"}, {2, text(value)}};
        };
        if (op.offset == 0) return write("BinaryOp", number(2, op.factor));
        std::string x = name(node_->inputs[0]);
        if (op.factor != 1) {
            model_.layer("BinaryOp", node_->name + ".factor", {x}, {node_->name + ".factor"},
                         number(2, op.factor));
            x = node_->name + ".factor";
        }
        model_.layer("BinaryOp", node_->name, {x}, {name(node_->output)}, number(0, op.offset));
    }
    void operator()(const graph::Concat& op) {
        write("Concat", {{0, text(std::int64_t{op.axis - batch_axes})}});
    }
    void operator()(const graph::Slice& op) {
        const auto parts = splits_.find(node_->name);
        if (parts == splits_.end()) {
            return write("Crop", {{-23309, fmt::format("1,{}", op.begin)},
                                  {-23310, fmt::format("1,{}", op.end)},
                                  {-23311, fmt::format("1,{}", op.axis - batch_axes)}});
        }
        if (parts->second.empty()) return;  // written with the first of them
        Names outputs;
        std::string sizes = fmt::format("{}", parts->second.size());
        for (const graph::Node* part : parts->second) {
            const auto& slice = std::get<graph::Slice>(part->op);
            if (name(part->output).empty()) name(part->output) = part->name;
            outputs.push_back(name(part->output));
            sizes += fmt::format(",{}", slice.end - slice.begin);
        }
        model_.layer("Slice", node_->name, inputs(), outputs,
                     {{-23300, sizes}, {1, text(std::int64_t{op.axis - batch_axes})}});
    }
    void operator()(const graph::MaxPool& op) {
        write("Pooling", {{0, "0"},
                          {1, text(std::int64_t{op.kernel})},
                          {2, text(std::int64_t{op.stride})},
                          {3, text(std::int64_t{op.padding})},
                          {5, "1"}});
    }
    void operator()(const graph::Upsample& op) {
        const std::string scale = text(double(op.scale));
        write("Interp", {{0, "1"}, {1, scale}, {2, scale}});
    }
    void operator()(const graph::GlobalAveragePool&) { write("Pooling", {{0, "1"}, {4, "1"}}); }
    void operator()(const graph::Softmax&) {
        const auto rank = static_cast<std::int64_t>(shape(node_->output).size());
        write("Softmax", {{0, text(rank - batch_axes - 1)}, {1, "1"}});
    }
    void operator()(const graph::WeightedSum& op) {  // x times a column, whose axis of one goes again
        const auto count = static_cast<std::int64_t>(op.weights.size());
        const std::string column = node_->name + ".weights", product = node_->name + ".product";
        model_.layer("MemoryData", column, {}, {column}, {{0, "1"}, {1, text(count)}},
                     {{Tensor::from({count}, op.weights), false}});
        model_.layer("MatMul", product, {name(node_->inputs[0]), column}, {product});
        model_.layer("Reshape", node_->name, {product}, {name(node_->output)}, dims(shape(node_->output)));
    }
    void operator()(const graph::Reshape& op) { write("Reshape", dims(op.dims)); }
    void operator()(const graph::Transpose& op) {
        write("Permute", {{0, text(std::int64_t{permute_order(op.perm)})}});
    }
    void operator()(const graph::MatMul&) { write("MatMul"); }
    void operator()(const graph::Unflatten&) { refuse("it computes sizes, which NCNN's networks do not"); }
    void operator()(const graph::Constant&) {
        const Tensor values = parameter(".value");
        write("MemoryData", dims(values.shape()), {{values, false}});
    }
    void operator()(const graph::Dropout&) { name(node_->output) = name(node_->inputs[0]); }
    void operator()(const graph::CellCenters&) { refuse("it computes sizes, which NCNN's networks do not"); }
    void operator()(const graph::BatchNorm&) { refuse("it is folded before"); }
    void operator()(const graph::NonMaxSuppression&) { refuse("NCNN has no layer that suppresses boxes"); }
    void operator()(const graph::DecodeHead&) { refuse("it is expanded before"); }

  private:
    [[noreturn]] void refuse(const char* why) const { source_.refuse(*node_, why); }

    std::string& name(ValueId value) { return names_.at(static_cast<std::size_t>(value)); }
    const Shape& shape(ValueId value) const { return shapes_.at(static_cast<std::size_t>(value)); }
    Names inputs() {
        Names list;
        for (const ValueId input : node_->inputs) list.push_back(name(input));
        return list;
    }
    void write(const char* type, const Parameters& parameters = {},
               std::vector<NcnnModel::Weights> weights = {}) {
        model_.layer(type, node_->name, inputs(), {name(node_->output)}, parameters, std::move(weights));
    }
    Tensor parameter(const char* suffix) const { return source_.parameter(*node_, suffix); }
    std::vector<NcnnModel::Weights> with_bias(NcnnModel::Weights weight, bool bias) const {
        std::vector<NcnnModel::Weights> list = {std::move(weight)};
        if (bias) list.push_back({parameter(".bias"), false});
        return list;
    }
    static Parameters convolution(int channels, int kernel, int stride, int padding, int dilation, bool bias,
                                  std::int64_t weights) {
        return {{0, text(std::int64_t{channels})},
                {1, text(std::int64_t{kernel})},
                {2, text(std::int64_t{dilation})},
                {3, text(std::int64_t{stride})},
                {4, text(std::int64_t{padding})},
                {5, bias ? "1" : "0"},
                {6, text(weights)}};
    }
    /// Of (N, ...): width, height and channels, as a layer states them.
    static Parameters dims(const std::vector<std::int64_t>& sizes) {
        Parameters list;
        const std::size_t rank = sizes.size() - batch_axes;
        for (std::size_t axis = 0; axis < rank; ++axis)
            list.emplace_back(static_cast<int>(axis), text(sizes[sizes.size() - 1 - axis]));
        return list;
    }
    /// (in, out, k, k) -> (out, in, k, k)
    static Tensor out_first(const Tensor& weight) {
        const auto in = static_cast<std::size_t>(weight.dim(0)),
                   out = static_cast<std::size_t>(weight.dim(1));
        const auto area = static_cast<std::size_t>(weight.dim(2) * weight.dim(3));
        Tensor turned =
            Tensor::allocate(DType::f32, {weight.dim(1), weight.dim(0), weight.dim(2), weight.dim(3)});
        const auto from = weight.values<float>();
        const auto to = turned.mutable_values<float>();
        for (std::size_t i = 0; i < in; ++i) {
            for (std::size_t o = 0; o < out; ++o) {
                const auto source = from.subspan((i * out + o) * area, area);
                std::copy(source.begin(), source.end(),
                          to.begin() + static_cast<std::ptrdiff_t>((o * in + i) * area));
            }
        }
        return turned;
    }

    /// Slices of one value that cover it without a gap, in order, become one layer.
    void find_splits() {
        std::map<std::pair<ValueId, int>, std::vector<const graph::Node*>> groups;
        for (const graph::Node& node : graph_.nodes) {
            if (const auto* slice = std::get_if<graph::Slice>(&node.op))
                groups[{node.inputs.at(0), slice->axis}].push_back(&node);
        }
        for (auto& [key, parts] : groups) {
            std::int64_t end = 0;
            for (const graph::Node* part : parts) {
                const auto& slice = std::get<graph::Slice>(part->op);
                end = slice.begin == end ? slice.end : -1;
            }
            if (end != shape(key.first).at(static_cast<std::size_t>(key.second))) continue;
            for (const graph::Node* part : parts) splits_[part->name];
            splits_[parts.front()->name] = parts;
        }
    }

    const SourceNetwork source_;
    const graph::Graph& graph_;
    NcnnModel model_;
    Names names_;                // by value
    std::vector<Shape> shapes_;  // by value, with the batch axis
    std::map<std::string, std::vector<const graph::Node*>>
        splits_;  // all parts at the first one, none at the others
    const graph::Node* node_ = nullptr;
};

}  // namespace

NcnnFile ncnn_model(const graph::Network& network) {
    return NcnnWriter(network).run();
}

}  // namespace yolo::exports
