// SPDX-License-Identifier: Apache-2.0
/// \file What of a network is written in 8 bits (maps: or in 16) and how, the same for every format.
/// Everything is known by the names of nodes, which a network keeps in each stage and layout. Arithmetic:
/// Jacob et al. 2018 (arXiv:1712.05877); Nagel et al. 2021 (arXiv:2106.08295).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor.hpp"
#include "graph/graph.hpp"

namespace yolo::exports {

inline constexpr int byte_steps = 255, wide_steps = 2 * 32767;

/// The values that 8 bits (or 16) stand for: steps from low to high. 0 is exactly one of them.
struct Range {
    float low = 0, high = 0;
    int steps = byte_steps;

    bool wide() const { return steps > byte_steps; }  ///< of 16 bits
    float scale() const { return (high - low) / static_cast<float>(steps); }
    int zero_point() const;  ///< of unsigned numbers, 0 .. 255; of signed bytes it is 128 less
    int signed_zero_point() const { return zero_point() - (steps + 1) / 2; }  ///< 0 of 16 bits
};

/// The range that holds low, high and 0, moved by less than half a step so that 0 is a step.
Range range_around(float low, float high);

/// 16 bits, as far below 0 as above it.
Range wide_range_around(float low, float high);

/// A Conv, ConvTranspose or Linear whose weights are bytes.
struct QuantizedLayer {
    Tensor weight;                   ///< I8, -127 .. 127, in the network's shape
    std::vector<float> scales = {};  ///< of each output channel
    int channel_axis = 0;            ///< of the weight: that of its output channels
    Tensor bias = {};                ///< F32 (out), corrected; empty without
};

struct QuantizationPlan {
    /// By the node that makes the value: the input of every layer below, what leads there, and what lies
    /// between. Values that are not here stay float: the outputs of the last layers, the decoding.
    /// Those that Concat, Slice, MaxPool and Upsample join have one range.
    std::map<std::string, Range, std::less<>> values;
    std::map<std::string, QuantizedLayer, std::less<>> layers;  ///< by node
    /// Of segment: what stays float, for files whose outputs are bytes.
    std::optional<Range> coefficients = {}, prototypes = {};

    const Range* range(std::string_view node) const;           ///< null: float
    const QuantizedLayer* layer(std::string_view node) const;  ///< null: float
};

/// A layer in 8 bits, with a scale for each output channel. `input` is the range of its input, which makes
/// the unit of an integer bias (input scale x weight scale): a scale is raised where the bias would not fit
/// into 32 bits. `bias` may be empty.
QuantizedLayer quantize_layer(const Tensor& weight, const Tensor& bias, int channel_axis, const Range& input);

/// The weights that the bytes stand for, F32.
Tensor dequantized(const QuantizedLayer& layer);

/// The bias in units of input scale x weight scale: I32 (out); I64 of an input of 16 bits.
Tensor integer_bias(const QuantizedLayer& layer, const Range& input);

/// Values rounded to the steps of a range, and cut off at its ends.
Tensor rounded_to(const Tensor& values, const Range& range);

/// 0 of Conv and Linear, 1 of ConvTranspose; -1 of an op that has no weights to quantise.
int output_channel_axis(const graph::Op& op);

}  // namespace yolo::exports
