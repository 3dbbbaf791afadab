// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include <yolo/model.hpp>

#include "inference/session.hpp"
#include "inference/stage.hpp"

namespace yolo::inference {

/// What one batch cost, and its network input (n, channels, height, width).
struct StepTimes {
    std::chrono::nanoseconds letterbox{}, network{}, postprocess{};
    Shape input;
};

/// One batch through letterbox, network and decoding, with the maps that the request asks for and, with
/// `loose_conf`, Prediction::loose. Safe from several threads.
std::vector<Prediction> predict_step(Session& session, const EngineRequest& request,
                                     const PredictOptions& options, std::vector<sources::Frame> frames,
                                     StepTimes& times, std::optional<float> loose_conf = std::nullopt);

/// Test-time augmentation (detect): a batch (N, H, W, 3) uint8 BGR or (N, H, W, 1) grey in three scales,
/// merged to one raw output.
std::vector<Tensor> run_augmented(engines::Engine& engine, const Tensor& images, const ModelInfo& info);

}  // namespace yolo::inference
