// SPDX-License-Identifier: Apache-2.0
#include "engines/torch/torch_engine.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <omp.h>
#include <torch/headeronly/version.h>

#include <yolo/error.hpp>

#include "core/cuda_driver.hpp"
#include "core/processor.hpp"
#include "engines/batch.hpp"
#include "engines/torch/decode_head.hpp"
#include "train/network_program.hpp"
#include "train/torch/picture_input.hpp"
#include "train/torch/plain_ops.hpp"
#include "train/torch/tensor_bridge.hpp"
#include "train/torch/translated.hpp"

namespace yolo::engines {

namespace {

using train::OpWeights;
using train::Step;

/// Sets the threads that LibTorch uses for calls from this thread, for its life.
class ThreadCount {
  public:
    explicit ThreadCount(int threads) : before_(at::get_num_threads()) { omp_set_num_threads(threads); }
    ~ThreadCount() { omp_set_num_threads(before_); }
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;

  private:
    int before_;  // asking LibTorch also makes it set this thread up, which would undo our setting later
};

at::Tensor input_of(const Batch& batch, at::ScalarType type, const at::Device& device) {
    const at::Tensor images = train::view_as_torch(batch.images).to(device);
    if (batch.layout == Batch::Layout::nhwc_bgr) return train::network_input(images, type);
    const at::Tensor x = images.to(type).contiguous(train::channels_last);
    return images.is_floating_point() ? x : x / 255;
}

class TorchEngine final : public Engine {
  public:
    TorchEngine(graph::Network network, const EngineOptions& options)
        : graph_(std::move(network.graph)), threads_(std::max(1, options.threads)), device_(options.device) {
        if (graph_.stage != graph::Stage::inference)
            throw Error(fmt::format(
                "the engine 'torch' runs networks in their inference stage only: {} is not", graph_.name));
        if (!device_.is_cpu()) {
            if (options.precision != Precision::fp32)
                type_ = options.precision == Precision::fp16 ? at::kHalf : at::kBFloat16;
        } else if (options.precision == Precision::bf16 && processor_has_bf16()) {
            type_ = at::kBFloat16;
        }
        steps_ = train::make_steps(graph_);
        for (const graph::Node& node : graph_.nodes) {
            for (const graph::Parameter& parameter : graph::parameters_of(node.op))
                take_weight(node.name, parameter.name, network.weights);
        }
    }

    std::vector<Tensor> run(const Batch& batch) override {
        return train::translated([&] { return outputs_of(batch); });
    }

    std::vector<Tensor> outputs_of(const Batch& batch) {
        const BatchShape shape = check_batch(batch, input_channels(graph_));
        infer_shapes(graph_, {shape.count, shape.channels, shape.height, shape.width});  // checks
        const c10::InferenceMode no_gradients;
        const ThreadCount threads(threads_);
        std::vector<at::Tensor> values(static_cast<std::size_t>(graph_.value_count));
        values.at(static_cast<std::size_t>(graph_.input())) = input_of(batch, type_, device_);
        const auto run = [this](const Step& step, std::vector<at::Tensor>& in) {
            return step.kind == Step::Kind::split ? train::run_split(step.nodes, in[0])
                                                  : std::vector{run_node(*step.nodes[0], in)};
        };
        for (const Step& step : steps_) train::run_step(step, values, run);
        std::vector<Tensor> outputs;
        for (const graph::ValueId id : graph_.outputs)
            outputs.push_back(train::from_torch(values.at(static_cast<std::size_t>(id))));
        return outputs;
    }

    EngineTraits traits() const override {
        return {.layout = InputLayout::nhwc,
                .device = device_.str(),
                .precision = type_ == at::kFloat  ? Precision::fp32
                             : type_ == at::kHalf ? Precision::fp16
                                                  : Precision::bf16};
    }

    EngineReport report(int height, int width) override {
        EngineReport report{
            {"engine", "torch"},
            {"precision", to_string(traits().precision)},
            {"instructions", device_.is_cpu() ? at::get_cpu_capability() : device_text(device_.str())},
            {"version", "LibTorch " TORCH_VERSION}};
        std::size_t bytes = 0;
        for (const auto& [name, weights] : weights_) {
            bytes += weights.weight.nbytes();
            if (weights.bias.defined()) bytes += weights.bias.nbytes();
        }
        report.set("arena_bytes", arena_bytes(height, width));
        report.set("weight_bytes", bytes);
        return report;
    }

  private:
    void take_weight(const std::string& node, const std::string& part, const graph::Weights& weights) {
        const auto found = weights.find(node + "." + part);
        if (found == weights.end())
            throw Error(fmt::format("the network has no weights '{}.{}'", node, part));
        const at::Tensor tensor = train::copy_to_torch(found->second).to(device_, type_);
        if (part == "bias") {
            weights_[node].bias = tensor;
        } else {
            weights_[node].weight = tensor.dim() == 4 ? tensor.contiguous(train::channels_last) : tensor;
        }
    }

    at::Tensor run_node(const graph::Node& node, std::vector<at::Tensor>& in) const {
        if (const auto* op = std::get_if<graph::Conv>(&node.op))
            return train::run_conv(*op, in[0], weights_.at(node.name));
        if (const auto* op = std::get_if<graph::ConvTranspose>(&node.op))
            return train::run_conv_transpose(*op, in[0], weights_.at(node.name));
        if (std::holds_alternative<graph::Linear>(node.op)) {
            const OpWeights& weights = weights_.at(node.name);
            return at::linear(in[0], weights.weight, weights.bias);
        }
        if (const auto* op = std::get_if<graph::DecodeHead>(&node.op))
            return torch_engine::decode_head(*op, in);
        // A map that nobody else holds is overwritten (the input may be the caller's own memory).
        const bool ours = node.inputs.at(0) != graph_.input() && in[0].storage().use_count() == 1;
        if (std::holds_alternative<graph::Silu>(node.op) && ours) return at::silu_(in[0]);
        return train::run_plain_op(node.op, in, false);
    }

    /// The most bytes of values that live at the same time, for one picture.
    std::size_t arena_bytes(int height, int width) const {
        const auto shapes = infer_shapes(graph_, {1, input_channels(graph_), height, width});
        const auto bytes = [&](graph::ValueId id) {
            return static_cast<std::size_t>(element_count(shapes.at(static_cast<std::size_t>(id)))) *
                   at::elementSize(type_);
        };
        std::size_t live = bytes(graph_.input()), most = live;
        for (const Step& step : steps_) {
            if (step.kind != Step::Kind::split)
                for (const graph::ValueId id : step.outputs) live += bytes(id);
            most = std::max(most, live);
            for (const graph::ValueId id : step.last_uses) live -= std::min(live, bytes(id));
        }
        return most;
    }

    graph::Graph graph_;
    int threads_;
    at::Device device_;
    at::ScalarType type_ = at::kFloat;
    std::vector<Step> steps_;  // points into graph_
    std::map<std::string, OpWeights, std::less<>> weights_;
};

}  // namespace

std::unique_ptr<Engine> make_torch_engine(graph::Network network, const EngineOptions& options) {
    return train::translated([&] { return std::make_unique<TorchEngine>(std::move(network), options); });
}

}  // namespace yolo::engines
