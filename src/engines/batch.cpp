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

BatchShape check_batch(const Batch& batch, const graph::Graph& graph) {
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
    const int channels = input_channels(graph);
    if (shape.channels != channels || shape.height < 1 || shape.width < 1) {
        throw Error(fmt::format("the network's input {} is not one of pictures with {} channels",
                                to_string(images.shape()), channels));
    }
    return shape;
}

}  // namespace yolo::engines
