// SPDX-License-Identifier: Apache-2.0
/// \file A small detector in the middle of its training.
#pragma once

#include <cstring>
#include <random>

#include "checkpoint/pt_file.hpp"
#include "core/files.hpp"
#include "formats/half.hpp"
#include "support/golden.hpp"

namespace yolo::test {

/// Untrained; every kind of row that a network of two levels can have at this size.
inline checkpoint::Checkpoint tiny_detector() {
    const std::filesystem::path yaml = scratch_dir() / "tiny.yaml";
    write_file(yaml, std::string_view("nc: 2\n"
                                      "depth_multiple: 1.0\n"
                                      "width_multiple: 1.0\n"
                                      "backbone:\n"
                                      "  - [-1, 1, Conv, [8, 3, 2]]\n"
                                      "  - [-1, 1, C2f, [8, True]]\n"
                                      "  - [-1, 1, Conv, [16, 3, 2]]\n"
                                      "  - [-1, 1, SPPF, [16, 5]]\n"
                                      "head:\n"
                                      "  - [-1, 1, nn.Upsample, [None, 2, nearest]]\n"
                                      "  - [[-1, 1], 1, Concat, [1]]\n"
                                      "  - [[5, 3], 1, Detect, [nc]]\n"));
    checkpoint::Checkpoint model = checkpoint::load(yaml);
    model.info.names =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "\u00e9"});
    model.metadata = {
        {"date", "2026-01-02T03:04:05.000006+00:00"},
        {"epoch", 4},
        {"best_fitness", 0.25},
        {"stopper", {{"best_fitness", 0.25}, {"best_epoch", 3}}},
        {"train_args", {{"imgsz", 64}, {"lr0", 0.1}, {"save_dir", "runs/x"}, {"time", nullptr}}},
        {"train_metrics", {{"fitness", 0.25}}},
        {"train_results", {{"epoch", {1, 2, 3, 4, 5}}, {"val/box_loss", {5., 4., 3., 2., 1.}}}}};
    model.info.imgsz = 64;
    return model;
}

inline Tensor noise_like(const Tensor& tensor, std::mt19937& random) {
    if (tensor.dtype() == DType::i64) return tensor;
    Tensor noise = Tensor::allocate(DType::f32, tensor.shape());
    std::uniform_real_distribution<float> uniform(-2, 2);
    for (float& value : noise.mutable_values<float>()) value = uniform(random);
    return noise;
}

inline graph::Weights noise_like(const graph::Weights& weights, std::mt19937& random) {
    graph::Weights noise;
    for (const auto& [name, tensor] : weights) noise.emplace(name, noise_like(tensor, random));
    return noise;
}

/// Everything filled in, the groups as the reference's optimiser has them.
inline checkpoint::TrainingState some_state(const checkpoint::Checkpoint& model, unsigned seed = 1) {
    std::mt19937 random(seed);
    checkpoint::TrainingState state;
    state.model = noise_like(model.weights, random);
    state.ema = noise_like(model.weights, random);
    state.gradients = noise_like(model.weights, random);
    state.updates = 77;
    state.scaler = {{"scale", 65536.0}, {"_growth_tracker", 3}};
    state.progress = {{"epoch", 4}, {"loss", {0.1, 1e-300}}, {"nothing", nullptr}, {"names", Json::array()}};
    state.optimizer.name = "AdamW";
    for (const char* kind : {"weight", "bn", "bias"}) {
        state.optimizer.groups.push_back(
            {{{"lr", 0.1}, {"betas", {0.9, 0.999}}, {"param_group", kind}, {"foreach", nullptr}}, {}});
    }
    for (const auto& [name, shape] : graph::parameter_shapes(model.graph)) {
        if (name.find("running_") != std::string::npos || name.ends_with("tracked")) continue;
        const std::size_t group = name.ends_with("bias") ? 2 : shape.size() == 1 ? 1 : 0;
        state.optimizer.groups[group].parameters.push_back(name);
        if (name.find("dfl") != std::string::npos) continue;
        const float step = 12;
        state.optimizer.slots[name] = {{"step", Tensor::from({}, {&step, 1})},
                                       {"exp_avg", noise_like(model.weights.at(name), random)},
                                       {"exp_avg_sq", noise_like(model.weights.at(name), random)}};
    }
    return state;
}

inline bool same_bits(const Tensor& a, const Tensor& b) {
    return a.dtype() == b.dtype() && a.shape() == b.shape() && std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

inline void expect_same(const graph::Weights& a, const graph::Weights& b) {
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [name, tensor] : a) {
        ASSERT_TRUE(b.contains(name)) << name;
        EXPECT_TRUE(same_bits(tensor, b.at(name))) << name;
    }
}

/// `stored` is what a .pt file makes of `weights`.
inline void expect_halved(const graph::Weights& stored, const graph::Weights& weights) {
    ASSERT_EQ(stored.size(), weights.size());
    for (const auto& [name, tensor] : weights) {
        const bool is_count = tensor.dtype() == DType::i64;
        EXPECT_TRUE(same_bits(stored.at(name), is_count ? tensor : formats::to_half(tensor))) << name;
    }
}

}  // namespace yolo::test
