// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "graph/graph.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// Weights and bias (which may be undefined) of a convolution or a linear op, in the precision of the input.
struct OpWeights {
    at::Tensor weight, bias;
};
at::Tensor run_conv(const graph::Conv& op, const at::Tensor& x, const OpWeights& weights);
at::Tensor run_conv_transpose(const graph::ConvTranspose& op, const at::Tensor& x, const OpWeights& weights);

/// An op without parameters. Throws Error for other ones. Dropout acts only while `training`.
at::Tensor run_plain_op(const graph::Op& op, const std::vector<at::Tensor>& in, bool training);

/// Consecutive channels that are all of the value's, as one operation: its gradient joins the parts'
/// gradients, where several single slices would each be filled up with zeros and added.
std::vector<at::Tensor> run_split(const std::vector<const graph::Node*>& slices, const at::Tensor& x);

}  // namespace yolo::train
