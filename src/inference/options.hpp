// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/model.hpp>

#include "inference/session.hpp"

namespace yolo::inference {

/// Options that can be used as they are: ranges checked, imgsz filled in and rounded up to the stride (with a
/// warning), what the task has no use for switched off (with a warning). Throws UsageError.
/// `traits`: what an exported file leaves no choice of, like its size (with a warning).
PredictOptions checked_options(PredictOptions options, const ModelInfo& info, const LogSink& log,
                               const engines::EngineTraits& traits = {});
/// The same for the model of a session, which an engine of that name ("": chosen) will run.
PredictOptions checked_options(PredictOptions options, Session& session, const std::string& engine,
                               const LogSink& log);

/// Why test-time augmentation is not possible with a model; "" when it is.
std::string augment_problem(const ModelInfo& info, const engines::EngineTraits& traits, bool embeds = false);

/// The options of prediction in a Config. Throws UsageError.
PredictOptions predict_options(const Config& config);

/// imgsz as the command line gives it: null, one number, or [height, width]. Throws UsageError.
std::optional<Size> parse_imgsz(const Value& value);

}  // namespace yolo::inference
