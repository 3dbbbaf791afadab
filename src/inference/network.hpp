// SPDX-License-Identifier: Apache-2.0
/// \file A network as those see it who give it batches of a data set: an engine, or one that is being
/// trained.
#pragma once

#include <functional>
#include <vector>

#include <yolo/model_info.hpp>

#include "core/output_form.hpp"
#include "core/tensor.hpp"
#include "data/batch.hpp"
#include "engines/engine.hpp"

namespace yolo::inference {

/// What a network says about some pictures.
struct NetworkOutput {
    std::vector<Tensor> outputs;     ///< as an engine gives them
    std::vector<float> losses = {};  ///< of the batch, in training; else none
    OutputForm form = OutputForm::decoded;
};

/// Runs a network on pictures first .. first + count - 1 of a batch.
using RunNetwork = std::function<NetworkOutput(const data::Batch& batch, int first, int count)>;

/// An engine as one calls a network. `augment`: test-time augmentation (detect). The engine must live as
/// long.
RunNetwork engine_network(engines::Engine& engine, const ModelInfo& info, bool augment);

}  // namespace yolo::inference
