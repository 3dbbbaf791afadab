// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/commands.hpp>
#include <yolo/config.hpp>
#include <yolo/log.hpp>

#include "core/json.hpp"
#include "data/dataset.hpp"
#include "evaluation/validator.hpp"
#include "inference/session.hpp"

namespace yolo::modes {

/// Throws UsageError for what cannot be done here.
void refuse_impossible_val(const Config& config);

/// One warning for each key that changes nothing in this validation.
void warn_without_effect_val(const Config& config, Task task, const LogSink& log);

/// `traits`: what an exported file leaves no choice of.
evaluation::ValidatorOptions validator_options(const Config& config, const ModelInfo& info,
                                               const LogSink& log, const engines::EngineTraits& traits = {});

/// The engine that val uses: with one thread each, or one for all.
struct ValEngine {
    inference::EngineRequest request;
    bool concurrent = true;  ///< pictures at the same time; else whole batches, one at a time
};
ValEngine val_engine(const Config& config, inference::Session& session);

/// What is judged at: the file's own size, or that of imgsz=[height, width] with rect=False, each side raised
/// to a multiple of the stride.
engines::EngineTraits judged_shape(const Config& given, const ModelInfo& info, engines::EngineTraits traits);

/// imgsz and rect as an exported file of one size needs them; warns where another size was `given`.
void fit_to_file(Config& config, const Config& given, const engines::EngineTraits& traits,
                 const LogSink& log);

/// Test-time augmentation is asked for and possible. Says so when it is asked for and not possible.
bool val_augments(const Config& config, const ModelInfo& info, const engines::EngineTraits& traits,
                  const LogSink& log);

/// Throws Error when the data set labels other keypoints than the model finds.
void check_keypoints(const ModelInfo& info, const data::DatasetSpec& spec);
/// Throws UsageError when `classes` asks for one that the data set does not have.
void check_classes(const Config& config, const data::DatasetSpec& spec);

}  // namespace yolo::modes
