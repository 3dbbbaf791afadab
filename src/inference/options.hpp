// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/model.hpp>

namespace yolo::inference {

/// Options that can be used as they are: ranges checked, imgsz filled in and rounded up to the stride (with a
/// warning), what the task has no use for switched off (with a warning). Throws UsageError.
PredictOptions checked_options(PredictOptions options, const ModelInfo& info, const LogSink& log);

/// The options of prediction in a Config. Throws UsageError.
PredictOptions predict_options(const Config& config);

/// imgsz as the command line gives it: null, one number, or [height, width]. Throws UsageError.
std::optional<Size> parse_imgsz(const Value& value);

}  // namespace yolo::inference
