// SPDX-License-Identifier: Apache-2.0
/// \file The rows of `yolo benchmark mode=train`, each in a process of its own.
#pragma once

#include <vector>

#include <yolo/commands.hpp>

#include "core/precision.hpp"
#include "modes/benchmarking/rows.hpp"

namespace yolo::modes {

/// fp32 and what amp=True takes here (bf16; on a GPU fp16), or what amp= asks for. Throws UsageError.
std::vector<Precision> trained_precisions(const Config& config);

/// Some steps of a training; where that failed, the reason. Throws Cancelled.
TrainingRow training_row(const RowWorker& worker, const Config& config, Precision precision);

}  // namespace yolo::modes
