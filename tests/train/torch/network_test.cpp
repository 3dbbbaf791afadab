// SPDX-License-Identifier: Apache-2.0
#include "train/torch/network.hpp"

#include <gtest/gtest.h>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/initialise.hpp"
#include "train/torch/batch_norm_silu.hpp"
#include "train/torch/plain_ops.hpp"

namespace yolo::test {
namespace {

TEST(BatchNormSilu, LikePlainOps) {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        for (const std::int64_t channels : {1, 3, 16, 80, 130, 256}) {
            for (const bool batch_statistics : {true, false}) {
                at::manual_seed(static_cast<std::uint64_t>(channels));
                const at::Tensor start =
                    (at::randn({3, channels, 7, 9}) * 2 + 5).to(type).contiguous(train::channels_last);
                const at::Tensor upstream =
                    at::randn({3, channels + 2, 7, 9}).to(type).contiguous(train::channels_last);
                std::vector<std::vector<at::Tensor>> sides;
                for (const bool fused : {true, false}) {
                    train::BatchNormState state{at::linspace(-1, 2, channels).set_requires_grad(true),
                                                at::linspace(1, -1, channels).set_requires_grad(true),
                                                at::full({channels}, 0.5f), at::full({channels}, 1.5f),
                                                at::zeros({}, at::kLong)};
                    const at::Tensor x =
                        (fused ? start : start.to(at::kFloat)).detach().clone().set_requires_grad(true);
                    const at::Tensor y = fused ? train::batch_norm_silu(x, state, batch_statistics)
                                               : at::silu(train::batch_norm(x, state, batch_statistics));
                    // A gradient that is part of a wider map.
                    const at::Tensor dy = upstream.narrow(1, 1, channels);
                    y.backward(fused ? dy : dy.to(at::kFloat));
                    sides.push_back({y, x.grad(), state.weight.grad(), state.bias.grad(), state.running_mean,
                                     state.running_var, state.batches_tracked});
                }
                for (std::size_t i = 0; i < sides[0].size(); ++i) {
                    const at::Tensor a = sides[0][i].to(at::kFloat), b = sides[1][i].to(at::kFloat);
                    const double scale = std::max(1.0, b.abs().max().item<double>());
                    const double tolerance = type == at::kFloat ? 5e-6 : 8e-3;
                    EXPECT_LE((a - b).abs().max().item<double>(), tolerance * scale)
                        << "tensor " << i << ", " << channels << " channels, statistics of the batch "
                        << batch_statistics << ", " << at::toString(type);
                }
            }
        }
    }
}

/// One generator fills the convolutions and linears one after the other, each its weight, then its bias.
TEST(InitialWeights, AreThoseThatLibTorchDrawsWithTheSeed) {
    for (const char* file : {"yolov8n-seg.yaml", "yolov8n-cls.yaml"}) {  // with all kinds of layers
        const graph::Graph graph = checkpoint::load(file).graph;
        for (const std::uint64_t seed : {0U, 7U}) {
            const graph::Weights weights = checkpoint::initial_weights(graph, seed);
            at::manual_seed(seed);
            std::size_t drawn = 0;
            double bound = 0;
            for (const auto& [name, shape] : graph::parameter_shapes(graph)) {
                const bool is_bias = name.ends_with(".bias");
                if (!name.ends_with(".weight") && !is_bias) continue;
                if (name.find(".bn.") != std::string::npos) continue;
                if (!is_bias) {
                    bound = 1 / std::sqrt(static_cast<double>(shape.at(1)) *
                                          (shape.size() == 4 ? shape[2] * shape[3] : 1));
                }
                const at::Tensor expected = at::empty(at::IntArrayRef(shape)).uniform_(-bound, bound);
                ++drawn;
                const bool is_set = name.ends_with(".2.bias") || name.ends_with(".dfl.conv.weight");
                if (is_set) continue;  // the head's own start, checked elsewhere
                const auto values = weights.at(name).values<float>();
                const auto* wanted = expected.const_data_ptr<float>();
                ASSERT_TRUE(std::equal(values.begin(), values.end(), wanted)) << file << " " << name;
            }
            EXPECT_GT(drawn, 26U) << file;
        }
    }
}

at::Tensor random_pictures(std::int64_t count, std::int64_t side) {
    return at::randint(0, 256, {count, side, side, 3}, at::kByte);
}

/// Something to differentiate that every map takes part in.
at::Tensor sum_of_squares(const train::HeadMaps& maps) {
    at::Tensor sum = at::zeros({});
    for (const auto* list : {&maps.box, &maps.cls, &maps.extra}) {
        for (const at::Tensor& map : *list) sum = sum + map.to(at::kFloat).square().mean();
    }
    return sum;
}

using Gradients = std::map<std::string, at::Tensor>;

Gradients take_gradients(train::Network& network) {
    Gradients found;
    for (auto& [name, tensor] : network.parameters()) {
        if (tensor.grad().defined()) found[name] = tensor.grad().clone();
        tensor.mutable_grad().reset();
    }
    return found;
}

Gradients gradients(train::Network& network, const at::Tensor& pictures, Precision precision) {
    sum_of_squares(network.forward(pictures, precision, true)).backward();
    return take_gradients(network);
}

/// The network's plain twin: one of the library's operations per node, dense NCHW, on the same parameters.
train::HeadMaps plain_forward(const graph::Graph& graph, train::Network& network,
                              const at::Tensor& pictures) {
    std::map<std::string, at::Tensor> named;
    for (const auto* list : {&network.parameters(), &network.buffers()})
        named.insert(list->begin(), list->end());
    std::vector<at::Tensor> values(static_cast<std::size_t>(graph.value_count));
    values[0] = pictures.flip(3).permute({0, 3, 1, 2}).contiguous().to(at::kFloat) / 255;
    for (const graph::Node& node : graph.nodes) {
        std::vector<at::Tensor> in;
        for (const graph::ValueId id : node.inputs) in.push_back(values[static_cast<std::size_t>(id)]);
        at::Tensor& out = values[static_cast<std::size_t>(node.output)];
        if (const auto* op = std::get_if<graph::Conv>(&node.op)) {
            out = at::conv2d(in[0], named[node.name + ".weight"],
                             op->bias ? named[node.name + ".bias"] : at::Tensor(), {op->stride, op->stride},
                             {op->padding, op->padding});
        } else if (const auto* norm = std::get_if<graph::BatchNorm>(&node.op)) {
            out = at::batch_norm(in[0], named[node.name + ".weight"], named[node.name + ".bias"], {}, {},
                                 true, norm->momentum, norm->eps, true);
        } else if (!in.empty()) {
            out = train::run_plain_op(node.op, in, true);
        }
    }
    train::HeadMaps maps;
    for (const graph::ValueId id : graph.head->box.maps)
        maps.box.push_back(values[static_cast<std::size_t>(id)]);
    for (const graph::ValueId id : graph.head->cls.maps)
        maps.cls.push_back(values[static_cast<std::size_t>(id)]);
    return maps;
}

TEST(Network, GradientsLikePlainTwin) {
    at::manual_seed(3);
    const checkpoint::Checkpoint model = checkpoint::load("yolov8n.yaml");
    train::Network network(model.graph, model.weights, {}, 0);
    const at::Tensor pictures = random_pictures(3, 96);
    const Gradients actual = gradients(network, pictures, Precision::fp32);
    sum_of_squares(plain_forward(model.graph, network, pictures)).backward();
    const Gradients expected = take_gradients(network);
    ASSERT_EQ(actual.size(), expected.size());
    for (const auto& [name, gradient] : expected) {
        const double error = (actual.at(name) - gradient).norm().item<double>();
        EXPECT_LE(error, 2e-3 * gradient.norm().item<double>() + 1e-5) << name;
    }
}

double cosine(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor x = a.detach().to(at::kFloat).flatten(), y = b.detach().to(at::kFloat).flatten();
    return (x.dot(y) / (x.norm() * y.norm())).item<double>();
}

TEST(Network, HalfPointsTheSameWay) {
    at::manual_seed(4);
    const checkpoint::Checkpoint model = checkpoint::load("yolov8n.yaml");
    const at::Tensor pictures = random_pictures(4, 96);
    train::Network network(model.graph, model.weights, {}, 0);
    const train::HeadMaps exact = network.forward(pictures, Precision::fp32, true);
    const train::HeadMaps half = network.forward(pictures, Precision::bf16, true);
    for (std::size_t level = 0; level < exact.box.size(); ++level) {
        EXPECT_EQ(half.box[level].scalar_type(), at::kFloat) << "outputs stay exact";
        EXPECT_EQ(half.cls[level].scalar_type(), at::kFloat);
        EXPECT_GT(cosine(half.box[level], exact.box[level]), 0.98);
        EXPECT_GT(cosine(half.cls[level], exact.cls[level]), 0.98);
    }
    const Gradients expected = gradients(network, pictures, Precision::fp32);
    const Gradients actual = gradients(network, pictures, Precision::bf16);
    for (const auto& [name, gradient] : expected) {
        EXPECT_EQ(actual.at(name).scalar_type(), at::kFloat) << name;
        EXPECT_GT(cosine(actual.at(name), gradient), 0.6) << name;  // rounding grows on its way down
    }
}

TEST(Network, FrozenLayersKeepTheirStatistics) {
    const checkpoint::Checkpoint model = checkpoint::load("yolov8n.yaml");
    train::Network network(model.graph, model.weights, {"model.0.", "model.1."}, 0);
    const Gradients found = gradients(network, random_pictures(2, 64), Precision::fp32);
    for (auto& [name, tensor] : network.parameters()) {
        const bool frozen = name.starts_with("model.0.") || name.starts_with("model.1.") ||
                            name.find(".dfl") != std::string::npos;
        EXPECT_EQ(found.contains(name), !frozen) << name;
    }
    for (auto& [name, tensor] : network.buffers()) {
        if (!name.ends_with("num_batches_tracked")) continue;
        const bool frozen = name.starts_with("model.0.") || name.starts_with("model.1.");
        EXPECT_EQ(tensor.item<std::int64_t>(), frozen ? 0 : 1) << name;
    }
}

TEST(Network, NamesAndOrderAreTheOfficialOnes) {
    const checkpoint::Checkpoint model = checkpoint::load("yolov8n-seg.yaml");
    train::Network network(model.graph, model.weights, {}, 0);
    std::size_t parameter = 0, buffer = 0;
    for (const auto& [name, shape] : graph::parameter_shapes(model.graph)) {
        const bool is_buffer = buffer < network.buffers().size() && network.buffers()[buffer].first == name;
        const auto& [found, tensor] =
            is_buffer ? network.buffers()[buffer++] : network.parameters().at(parameter++);
        EXPECT_EQ(found, name);
        EXPECT_EQ(tensor.sizes().vec(), shape) << name;
    }
    EXPECT_EQ(parameter, network.parameters().size());
    EXPECT_EQ(buffer, network.buffers().size());
}

}  // namespace
}  // namespace yolo::test
