// SPDX-License-Identifier: Apache-2.0
#include "engines/batch.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::engines {

int input_channels(const graph::Graph& graph) {
    for (const graph::Node& node : graph.nodes) {
        if (const auto* input = std::get_if<graph::Input>(&node.op)) return input->channels;
    }
    throw Error(fmt::format("the graph {} has no input", graph.name));
}

BatchShape check_batch(const Batch& batch, int channels, const EngineTraits& traits) {
    const Tensor& images = batch.images;
    const bool interleaved = batch.layout == Batch::Layout::nhwc_bgr;
    const bool known_type = images.dtype() == DType::u8 || (!interleaved && images.dtype() == DType::f32);
    if (images.empty() || images.shape().size() != 4 || !known_type) {
        throw Error(fmt::format(
            "the network's input is {} {}, but must be (N, C, H, W) uint8 or float32, or (N, H, W, C) uint8",
            to_string(images.dtype()), to_string(images.shape())));
    }
    const Shape& s = images.shape();
    const BatchShape shape =
        interleaved ? BatchShape{s[0], s[3], s[1], s[2]} : BatchShape{s[0], s[1], s[2], s[3]};
    if (shape.channels != channels || shape.height < 1 || shape.width < 1) {
        throw Error(fmt::format("the network's input {} is not one of pictures with {} channels",
                                to_string(images.shape()), channels));
    }
    const bool other_size = (traits.height != 0 && shape.height != traits.height) ||
                            (traits.width != 0 && shape.width != traits.width);
    if (other_size)
        throw Error(
            fmt::format("the network's input {} is not of the size {} x {} (height x width) that this "
                        "model was exported for",
                        to_string(images.shape()), traits.height, traits.width));
    if (traits.batch != 0 && shape.count != traits.batch)
        throw Error(
            fmt::format("the network's input {} is not a batch of the {} pictures that this model was "
                        "exported for",
                        to_string(images.shape()), traits.batch));
    return shape;
}

Tensor float_input(const Batch& batch, const BatchShape& shape, InputLayout layout) {
    const bool floats = batch.images.dtype() == DType::f32, interleaved = layout == InputLayout::nhwc;
    if (floats && !interleaved) return batch.images;
    const auto height = shape.height, width = shape.width, channels = shape.channels;
    Tensor x = Tensor::allocate(DType::f32, interleaved ? Shape{shape.count, height, width, channels}
                                                        : Shape{shape.count, channels, height, width});
    const std::span<float> to = x.mutable_values<float>();
    const bool from_bgr = batch.layout == Batch::Layout::nhwc_bgr;
    const auto plane = static_cast<std::size_t>(height * width), depth = static_cast<std::size_t>(channels);
    const auto copy = [&](auto value_at) {
        for (std::size_t i = 0; i < to.size(); ++i) {
            const std::size_t n = i / plane / depth, rest = i % (plane * depth);
            const std::size_t c = interleaved ? rest % depth : rest / plane;
            const std::size_t p = interleaved ? rest / depth : rest % plane;
            to[i] =
                value_at(from_bgr ? (n * plane + p) * depth + (depth - 1 - c) : (n * depth + c) * plane + p);
        }
    };
    if (floats) {
        copy([from = batch.images.values<float>()](std::size_t i) { return from[i]; });
    } else {
        copy([from = batch.images.values<std::uint8_t>()](std::size_t i) {
            return static_cast<float>(from[i]) / 255.0f;
        });
    }
    return x;
}

}  // namespace yolo::engines
