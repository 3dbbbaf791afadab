// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/config.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "data/dataset_spec.hpp"

namespace yolo::modes {

/// Whether `model` names a network description (.yaml), not weights.
bool is_description(const std::string& model);

/// The model's file, or what stands for none: the task's smallest network, untrained.
std::string training_model_name(const Config& config, const LogSink& log);

/// The model that a training begins with: the network of `model`, built for the data set's classes and
/// keypoints, with fresh weights, onto which those of `model` (or of `pretrained`) are moved.
checkpoint::Checkpoint start_model(const Config& config, checkpoint::Checkpoint given,
                                   const data::DatasetSpec& spec, const Settings& settings,
                                   const LogSink& log);

}  // namespace yolo::modes
