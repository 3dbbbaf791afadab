// SPDX-License-Identifier: Apache-2.0
#include "export/litert/litert_writer.hpp"

#include <algorithm>
#include <numbers>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "export/common/source_network.hpp"
#include "export/litert/litert_options.hpp"
#include "export/litert/litert_weights.hpp"
#include "formats/half.hpp"

namespace yolo::exports {

namespace {

using Id = LitertModel::TensorId;
using Ids = std::vector<Id>;

class LitertWriter {
  public:
    LitertWriter(const graph::Network& network, const LitertRequest& request)
        : source_(network, "LiteRT", graph::Layout::nhwc),
          graph_(source_.graph()),
          request_(request),
          values_(static_cast<std::size_t>(graph_.value_count)) {
        if (!graph_.fixed_size) throw Error("LiteRT files are of one size: leave dynamic out");
        shapes_ = source_.shapes(request.batch);
        if (request.plan == nullptr) return;
        for (const graph::Node& node : graph_.nodes)
            value(node.output).range = request.plan->range(node.name);
    }

    LitertFile run() {
        for (const graph::Node& node : graph_.nodes) {
            node_ = &node;
            // The picture comes as floats; it is turned to bytes where the first layer reads it.
            bytes_ = value(node.output).range != nullptr &&
                     (request_.integer_io || !std::holds_alternative<graph::Input>(node.op));
            const Id made = std::visit(*this, node.op);
            (bytes_ ? value(node.output).bytes : value(node.output).floats) = made;
        }
        for (const graph::ValueId output : graph_.outputs) {
            const std::string name = source_.output_name(output);
            const bool decoded = name == "output0" && graph_.task != Task::classify;
            const Id made = decoded ? shares(floats(output)) : in_order(name, floats(output));
            outputs_.emplace_back(name, request_.integer_io ? in_bytes(name, made) : made);
        }
        return {std::move(model_), {{"images", input_}}, std::move(outputs_)};
    }

    // The table: one operator (or a few) for each op.

    Id operator()(const graph::Input& op) {
        if (!request_.nchw_input) return input_ = made("images", shape(), node_->output);
        const auto [height, width] = *graph_.fixed_size;
        input_ = made("images", {request_.batch, op.channels, height, width}, node_->output);
        return write(LitertCode::transpose, {input_, axes({0, 2, 3, 1})}, transpose_options);
    }
    Id operator()(const graph::Conv& op) {
        const bool depthwise = op.groups > 1 && op.groups == op.in_channels && op.groups == op.out_channels;
        const bool same = op.stride == 1 && 2 * op.padding == op.dilation * (op.kernel - 1);
        const Id x = same || op.padding == 0 ? in(0) : padded(in(0), op.padding);
        const int padding = same ? same_padding : valid_padding;
        if (depthwise)
            return write(LitertCode::depthwise_conv_2d,
                         {x, weight(depthwise_weights, 3), bias(op.bias, op.out_channels)},
                         depthwise_options(padding, op.stride, op.dilation),
                         bytes_            ? 3
                         : op.dilation > 1 ? 2
                                           : 1);
        return write(LitertCode::conv_2d, {x, weight(conv_weights, 0), bias(op.bias, op.out_channels)},
                     conv_options(padding, op.stride, op.dilation),
                     op.groups > 1 ? 6
                     : bytes_      ? 3
                                   : 1);
    }
    Id operator()(const graph::ConvTranspose& op) {
        const Id sizes = integers(".sizes", {shape().begin(), shape().end()});
        const Id weights = weight(transposed_conv_weights, 0);
        return write(LitertCode::transpose_conv, {sizes, weights, in(0), bias(op.bias, op.out_channels)},
                     transposed_conv_options(op.stride), 3);
    }
    Id operator()(const graph::Linear& op) {
        return write(LitertCode::fully_connected,
                     {in(0), weight(linear_weights, 0), bias(true, op.out_features)}, linear_options, 5);
    }
    Id operator()(const graph::Silu&) {
        // What it must be of an integer sigmoid: 1/256 a step from 0 on; in 16 bits 1/32768.
        const LitertScales steps =
            wide() ? LitertScales{{1.0F / 32768}, {0}, 0} : LitertScales{{1.0F / 256}, {-128}, 0};
        const Id gate = bytes_ ? model_.value(node_->name + "/Sigmoid", shape(), map_type(), steps)
                               : model_.value(node_->name + "/Sigmoid", shape());
        model_.op(LitertCode::logistic, {in(0)}, gate, {}, least_version(LitertCode::logistic));
        return write(LitertCode::mul, {in(0), gate}, mul_options);
    }
    Id operator()(const graph::Relu&) { return write(LitertCode::relu, inputs()); }
    Id operator()(const graph::Sigmoid&) { return write(LitertCode::logistic, inputs()); }
    Id operator()(const graph::Sin&) { return write(LitertCode::sin, inputs()); }
    Id operator()(const graph::Cos&) { return write(LitertCode::cos, inputs()); }
    Id operator()(const graph::Add&) {
        return write(LitertCode::add, inputs(), bytes_ && wide() ? wide_add_options : add_options);
    }
    Id operator()(const graph::Sub&) { return write(LitertCode::sub, inputs(), sub_options); }
    Id operator()(const graph::Mul&) { return write(LitertCode::mul, inputs(), mul_options); }
    Id operator()(const graph::Scale& op) {
        if (op.offset == 0) return write(LitertCode::mul, {in(0), number(".factor", op.factor)}, mul_options);
        Id x = in(0);
        if (op.factor != 1) {
            const Id product = model_.value(node_->name + "/Mul", shape());
            model_.op(LitertCode::mul, {x, number(".factor", op.factor)}, product, mul_options);
            x = product;
        }
        return write(LitertCode::add, {x, number(".offset", op.offset)}, add_options);
    }
    Id operator()(const graph::Concat& op) {
        return write(LitertCode::concatenation, inputs(), concat_options(op.axis));
    }
    Id operator()(const graph::Slice& op) {
        std::vector<std::int32_t> begin(shape().size(), 0), size(shape().begin(), shape().end());
        begin.at(static_cast<std::size_t>(op.axis)) = op.begin;
        return write(LitertCode::slice, {in(0), integers(".begin", begin), integers(".size", size)},
                     slice_options);
    }
    Id operator()(const graph::MaxPool& op) {
        const bool same = op.stride == 1 && 2 * op.padding == op.kernel - 1;
        if (!same && op.padding != 0) return refuse("its padding is of neither kind that the format has");
        return write(LitertCode::max_pool_2d, {in(0)},
                     pool_options(same ? same_padding : valid_padding, op.stride, op.kernel));
    }
    Id operator()(const graph::Upsample&) {
        const Id sizes = integers(
            ".sizes", {static_cast<std::int32_t>(shape()[1]), static_cast<std::int32_t>(shape()[2])});
        return write(LitertCode::resize_nearest_neighbor, {in(0), sizes}, resize_options);
    }
    Id operator()(const graph::GlobalAveragePool&) {
        return write(LitertCode::mean, {in(0), axes({1, 2})}, mean_options);
    }
    Id operator()(const graph::Softmax&) { return write(LitertCode::softmax, inputs(), softmax_options); }
    Id operator()(const graph::WeightedSum& op) {  // a product with one row, whose axis of one goes again
        Shape kept = shape();
        kept.push_back(1);
        const auto count = static_cast<std::int64_t>(op.weights.size());
        const Id row = model_.floats(node_->name + ".weights", Tensor::from({1, count}, op.weights));
        const Id sum = model_.value(node_->name + "/Sum", kept);
        model_.op(LitertCode::fully_connected, {in(0), row, no_tensor}, sum, linear_options, 5);
        return reshaped(sum);
    }
    Id operator()(const graph::Reshape&) { return reshaped(in(0)); }
    Id operator()(const graph::Transpose& op) {
        return write(LitertCode::transpose, {in(0), axes({op.perm.begin(), op.perm.end()})},
                     transpose_options);
    }
    Id operator()(const graph::MatMul&) { return write(LitertCode::batch_matmul, inputs(), matmul_options); }
    Id operator()(const graph::Unflatten&) { return reshaped(in(0)); }
    Id operator()(const graph::Constant&) { return model_.floats(node_->name, parameter(".value")); }
    Id operator()(const graph::Dropout&) { return in(0); }
    Id operator()(const graph::CellCenters&) { return refuse("it computes sizes, which these files state"); }
    Id operator()(const graph::BatchNorm&) { return refuse("it is folded before"); }
    Id operator()(const graph::NonMaxSuppression&) { return refuse("LiteRT has no operation for it"); }
    Id operator()(const graph::DecodeHead&) { return refuse("it is expanded before"); }

  private:
    static constexpr Id no_tensor = -1;  // of an input that is left out

    [[noreturn]] Id refuse(const char* why) const { source_.refuse(*node_, why); }

    /// A value of the graph as tensors of the file: as floats, as bytes, or (where both are read) both.
    struct Value {
        Id floats = no_tensor, bytes = no_tensor;
        const Range* range = nullptr;  // of its bytes; null: floats alone
    };
    Value& value(graph::ValueId id) { return values_.at(static_cast<std::size_t>(id)); }
    const Shape& shape() const { return shapes_.at(static_cast<std::size_t>(node_->output)); }

    static LitertScales scales_of(const Range& range) {
        return {{range.scale()}, {range.signed_zero_point()}, 0};
    }
    Id floats(graph::ValueId id) {
        Value& value = this->value(id);
        if (value.floats == no_tensor)
            value.floats = unpacked(value.bytes, least_version(LitertCode::dequantize, true));
        return value.floats;
    }
    Id bytes(graph::ValueId id) {
        Value& value = this->value(id);
        if (value.bytes == no_tensor) {
            value.bytes = model_.value(graph_.producer(id).name + "/Quantize", model_.shape(value.floats),
                                       map_type(), scales_of(*value.range));
            model_.op(LitertCode::quantize, {value.floats}, value.bytes, quantize_options, wide() ? 2 : 1);
        }
        return value.bytes;
    }
    Id in(std::size_t i) { return bytes_ ? bytes(node_->inputs.at(i)) : floats(node_->inputs.at(i)); }
    Ids inputs() {
        Ids list;
        for (std::size_t i = 0; i < node_->inputs.size(); ++i) list.push_back(in(i));
        return list;
    }
    /// A tensor of the kind that the node makes.
    Id made(const std::string& name, const Shape& shape, graph::ValueId like) {
        if (!bytes_) return model_.value(name, shape);
        return model_.value(name, shape, map_type(), scales_of(*value(like).range));
    }
    bool wide() const { return request_.quantization == Quantization::w8a16; }
    LitertType map_type() const { return wide() ? LitertType::int16 : LitertType::int8; }
    /// Of operators that learnt to compute with bytes, or with 16 bits, later.
    int least_version(LitertCode code) const { return least_version(code, bytes_); }
    int least_version(LitertCode code, bool integers) const {
        constexpr int of_bytes = 2;
        if (!integers) return 1;
        if (!wide()) return of_bytes;
        switch (code) {
            case LitertCode::depthwise_conv_2d:
                return 5;
            case LitertCode::fully_connected:
                return 7;
            case LitertCode::conv_2d:
            case LitertCode::transpose_conv:
            case LitertCode::mul:
            case LitertCode::slice:
            case LitertCode::resize_nearest_neighbor:
            case LitertCode::transpose:
            case LitertCode::dequantize:
                return 4;
            default:
                return 3;
        }
    }
    Id write(LitertCode code, const Ids& in, const LitertOptions& options = {}, int version = 1) {
        const Id output = made(node_->name, shape(), node_->output);
        model_.op(code, in, output, options, std::max(version, least_version(code)));
        return output;
    }

    Id integers(const char* suffix, const std::vector<std::int32_t>& values) {
        return model_.integers(node_->name + suffix, {static_cast<std::int64_t>(values.size())}, values);
    }
    Id axes(const std::vector<std::int32_t>& values) { return integers(".axes", values); }
    Id number(const char* suffix, double value) {
        const std::vector<float> one = {static_cast<float>(value)};
        return model_.floats(node_->name + suffix, Tensor::from({}, one));
    }
    Id reshaped(Id x) {
        return write(LitertCode::reshape, {x, integers(".sizes", {shape().begin(), shape().end()})},
                     reshape_options);
    }
    /// Zeros around a map: what the format calls SAME puts them elsewhere where the stride is not 1.
    Id padded(Id x, int padding) {
        Shape sizes = model_.shape(x);
        sizes.at(1) += 2 * padding;
        sizes.at(2) += 2 * padding;
        const Id output = made(node_->name + "/Pad", sizes, node_->inputs.at(0));
        const Id around = model_.integers(node_->name + ".padding", {4, 2},
                                          {0, 0, padding, padding, padding, padding, 0, 0});
        model_.op(LitertCode::pad, {x, around}, output, pad_options, least_version(LitertCode::pad));
        return output;
    }

    Tensor parameter(const char* suffix) const { return source_.parameter(*node_, suffix); }
    const QuantizedLayer* layer() const {
        return request_.plan == nullptr ? nullptr : request_.plan->layer(node_->name);
    }
    /// The node's weights in the file's order of axes and its precision: bytes where the node computes with
    /// them, else what gives floats of them. `axis`: that of the output channels.
    Id weight(Tensor (*ordered)(const Tensor&), int axis) {
        const std::string name = node_->name + ".weight";
        const auto packed = [&](const QuantizedLayer& layer, const Tensor& numbers) {
            const std::vector<std::int64_t> zeros(layer.scales.size(), 0);
            return model_.constant(name, numbers.shape(), LitertType::int8, numbers,
                                   {layer.scales, zeros, axis});
        };
        if (const QuantizedLayer* planned = layer()) {
            const Id stored = packed(*planned, ordered(planned->weight));
            return bytes_ ? stored : unpacked(stored, per_channel_version);
        }
        const Tensor values = ordered(parameter(".weight"));
        if (request_.quantization == Quantization::w8a32) {
            const QuantizedLayer alone = quantize_layer(values, {}, axis, {0, 1});
            return unpacked(packed(alone, alone.weight), per_channel_version);
        }
        if (request_.quantization == Quantization::fp16)
            return unpacked(
                model_.constant(name, values.shape(), LitertType::float16, formats::to_half(values)),
                float16_version);
        return model_.floats(name, values);
    }
    static constexpr int float16_version = 3, per_channel_version = 5;  // of DEQUANTIZE
    Id unpacked(Id packed, int version) {
        const Id floats = model_.value(model_.name(packed) + "/Dequantize", model_.shape(packed));
        model_.op(LitertCode::dequantize, {packed}, floats, dequantize_options, version);
        return floats;
    }
    /// The format wants one.
    Id bias(bool there, int channels) {
        const std::string name = node_->name + ".bias";
        const QuantizedLayer* planned = layer();
        Tensor values =
            Tensor::from({channels}, std::vector<float>(static_cast<std::size_t>(channels), 0.0F));
        if (there) values = planned != nullptr ? planned->bias : parameter(".bias");
        if (!bytes_) return model_.floats(name, values);
        const Range& input = *value(node_->inputs.at(0)).range;
        QuantizedLayer with_bias = *planned;
        with_bias.bias = values;
        LitertScales units = {planned->scales, std::vector<std::int64_t>(planned->scales.size(), 0), 0};
        for (float& unit : units.scales) unit *= input.scale();
        return model_.constant(name, values.shape(), wide() ? LitertType::int64 : LitertType::int32,
                               integer_bias(with_bias, input), std::move(units));
    }

    /// Maps go out channels-last; with layout=nchw as in every other format.
    Id in_order(const std::string& name, Id output) {
        const Shape last = model_.shape(output);
        if (!request_.nchw_input || last.size() != 4) return output;
        const Id first = model_.value(name, {last[0], last[3], last[1], last[2]});
        const Id order = model_.integers(name + ".axes", {4}, {0, 3, 1, 2});
        model_.op(LitertCode::transpose, {output, order}, first, transpose_options);
        return first;
    }

    /// An output as bytes. Scores and shares of the picture's sides lie from 0 to 1; the angle of a rotated
    /// box from -pi/4 to 3 pi/4.
    Id in_bytes(const std::string& name, Id floats) {
        Range range = {0, 1};
        if (name == "output1") {
            range = request_.plan->prototypes.value();
        } else if (const auto& more = request_.plan->coefficients) {
            range = range_around(more->low, std::max(more->high, 1.0F));
        } else if (graph_.task == Task::obb) {
            constexpr auto quarter = static_cast<float>(std::numbers::pi / 4);
            range = range_around(-quarter, 3 * quarter);
        }
        const Id bytes =
            model_.value(name + "/Quantize", model_.shape(floats), LitertType::int8, scales_of(range));
        model_.op(LitertCode::quantize, {floats}, bytes, quantize_options);
        return bytes;
    }

    /// Boxes and keypoints of output0 (N, 4 + nc + extra, A) as shares of the input's width and height.
    Id shares(Id pixels) {
        const auto rows = static_cast<std::size_t>(model_.shape(pixels).at(1));
        const auto [height, width] = *graph_.fixed_size;
        const float across = 1.0F / static_cast<float>(width), down = 1.0F / static_cast<float>(height);
        std::vector<float> factors(rows, 1.0F);
        for (std::size_t i = 0; i < 4; ++i) factors.at(i) = i % 2 == 0 ? across : down;
        if (graph_.head && graph_.head->decode.extra == graph::HeadExtra::keypoints) {
            const auto [count, values] = graph_.head->decode.kpt_shape;
            const std::size_t each = static_cast<std::size_t>(values),
                              first = rows - static_cast<std::size_t>(count) * each;
            for (std::size_t row = first; row < rows; row += each) {
                factors.at(row) = across;
                factors.at(row + 1) = down;
            }
        }
        const Id column =
            model_.floats("output0.shares", Tensor::from({1, static_cast<std::int64_t>(rows), 1}, factors));
        const Id output = model_.value("output0", model_.shape(pixels));
        model_.op(LitertCode::mul, {pixels, column}, output, mul_options);
        return output;
    }

    const SourceNetwork source_;
    const graph::Graph& graph_;
    const LitertRequest& request_;
    LitertModel model_;
    LitertModel::Ends outputs_;
    Id input_ = no_tensor;
    std::vector<Value> values_;  // by value
    std::vector<Shape> shapes_;  // by value
    const graph::Node* node_ = nullptr;
    bool bytes_ = false;  // whether the node works with bytes
};

}  // namespace

LitertFile litert_model(const graph::Network& network, const LitertRequest& request) {
    return LitertWriter(network, request).run();
}

}  // namespace yolo::exports
