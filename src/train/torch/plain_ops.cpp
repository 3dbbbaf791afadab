// SPDX-License-Identifier: Apache-2.0
#include "train/torch/plain_ops.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/visit.hpp"
#include "train/torch/convolution.hpp"

namespace yolo::train {

namespace {

struct PlainOps {
    const std::vector<at::Tensor>& in;
    bool training;

    at::Tensor operator()(const graph::Silu&) const { return at::silu(in[0]); }
    at::Tensor operator()(const graph::Relu&) const { return at::relu(in[0]); }
    at::Tensor operator()(const graph::Sigmoid&) const { return at::sigmoid(in[0]); }
    at::Tensor operator()(const graph::Sin&) const { return at::sin(in[0]); }
    at::Tensor operator()(const graph::Cos&) const { return at::cos(in[0]); }
    at::Tensor operator()(const graph::Add&) const { return at::add(in[0], in[1]); }
    at::Tensor operator()(const graph::Sub&) const { return at::sub(in[0], in[1]); }
    at::Tensor operator()(const graph::Mul&) const { return at::mul(in[0], in[1]); }
    at::Tensor operator()(const graph::Scale& op) const {
        return at::add(at::mul(in[0], op.factor), op.offset);
    }
    at::Tensor operator()(const graph::Concat& op) const { return at::cat(in, op.axis); }
    at::Tensor operator()(const graph::Slice& op) const {
        return at::narrow(in[0], op.axis, op.begin, op.end - op.begin);
    }
    at::Tensor operator()(const graph::Reshape& op) const {
        std::vector<std::int64_t> dims = op.dims;
        for (std::size_t i = 0; i < dims.size(); ++i) {
            if (dims[i] == 0) dims[i] = in[0].size(static_cast<std::int64_t>(i));
        }
        return at::reshape(in[0], dims);
    }
    at::Tensor operator()(const graph::Transpose& op) const {
        return at::permute(in[0], std::vector<std::int64_t>(op.perm.begin(), op.perm.end()));
    }
    at::Tensor operator()(const graph::MatMul&) const { return at::matmul(in[0], in[1]); }
    at::Tensor operator()(const graph::Unflatten&) const {
        return at::reshape(in[0], {in[0].size(0), in[0].size(1), in[1].size(2), in[1].size(3)});
    }
    at::Tensor operator()(const graph::WeightedSum& op) const {
        return at::matmul(in[0], at::tensor(op.weights, in[0].options()));
    }
    at::Tensor operator()(const graph::MaxPool& op) const {
        return at::max_pool2d(in[0], {op.kernel, op.kernel}, {op.stride, op.stride},
                              {op.padding, op.padding});
    }
    at::Tensor operator()(const graph::Upsample& op) const {
        return at::upsample_nearest2d(in[0], {in[0].size(2) * op.scale, in[0].size(3) * op.scale});
    }
    at::Tensor operator()(const graph::GlobalAveragePool&) const { return at::mean(in[0], {2, 3}); }
    at::Tensor operator()(const graph::Dropout& op) const {
        return at::dropout(in[0], op.probability, training);
    }
    at::Tensor operator()(const graph::Softmax&) const { return at::softmax(in[0], -1); }
    at::Tensor operator()(const OneOf<graph::Input, graph::Conv, graph::ConvTranspose, graph::BatchNorm,
                                      graph::Linear, graph::Constant, graph::CellCenters, graph::DecodeHead,
                                      graph::NonMaxSuppression> auto& op) const {
        throw Error(
            fmt::format("{} does not belong here: the graph is not of this stage", graph::op_name(op)));
    }
};

}  // namespace

at::Tensor run_conv(const graph::Conv& op, const at::Tensor& x, const OpWeights& weights) {
    if (has_own_convolution(op, x, weights.weight)) return convolution(op, x, weights.weight);
    return at::convolution(x.contiguous(channels_last), weights.weight, weights.bias, {op.stride, op.stride},
                           {op.padding, op.padding}, {op.dilation, op.dilation}, false, {0, 0}, op.groups);
}

at::Tensor run_conv_transpose(const graph::ConvTranspose& op, const at::Tensor& x, const OpWeights& weights) {
    return at::convolution(x.contiguous(channels_last), weights.weight, weights.bias, {op.stride, op.stride},
                           {0, 0}, {1, 1}, true, {0, 0}, 1);
}

at::Tensor run_plain_op(const graph::Op& op, const std::vector<at::Tensor>& in, bool training) {
    return std::visit(PlainOps{in, training}, op);
}

std::vector<at::Tensor> run_split(const std::vector<const graph::Node*>& slices, const at::Tensor& x) {
    std::vector<std::int64_t> sizes;
    for (const graph::Node* node : slices) {
        const auto& slice = std::get<graph::Slice>(node->op);
        sizes.push_back(slice.end - slice.begin);
    }
    return at::split_with_sizes(x, sizes, 1);
}

}  // namespace yolo::train
