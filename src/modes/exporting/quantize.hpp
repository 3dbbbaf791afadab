// SPDX-License-Identifier: Apache-2.0
/// \file int8: from a network and a data set to the plan that every format writes by.
#pragma once

#include <yolo/commands.hpp>
#include <yolo/config.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "export/common/quantization.hpp"
#include "modes/exporting/options.hpp"

namespace yolo::modes {

/// What is to be quantised.
struct QuantizeSubject {
    const checkpoint::Checkpoint& model;
    const graph::Network& network;  ///< its inference stage
    const ExportOptions& options;
    const Settings& settings;
};

struct Quantized {
    exports::QuantizationPlan plan;
};

/// Runs the network on the pictures of data's validation split, as val prepares them, at the size of the
/// export. Throws Error, UsageError (no data set), Cancelled.
Quantized quantize(const Config& config, const QuantizeSubject& subject, const CommandContext& context);

}  // namespace yolo::modes
