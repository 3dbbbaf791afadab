// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "inference/pipeline.hpp"

namespace yolo::inference {

/// What one batch cost, and its network input (n, channels, height, width).
struct StepTimes {
    std::chrono::nanoseconds letterbox{}, network{}, postprocess{};
    Shape input;
};

/// One batch through letterbox, network and decoding. Safe from several threads.
std::vector<Prediction> predict_step(const Session& session, engines::Engine& engine,
                                     const PredictOptions& options, std::vector<sources::Frame> frames,
                                     StepTimes& times);

/// Test-time augmentation (detect): a batch (N, H, W, 3) uint8 BGR or (N, H, W, 1) grey in three scales,
/// merged to one raw output.
std::vector<Tensor> run_augmented(engines::Engine& engine, const Tensor& images, const ModelInfo& info);

}  // namespace yolo::inference
