// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

#include "checkpoint/checkpoint.hpp"
#include "export/format.hpp"

namespace yolo::modes {

/// What is to be exported, checked for every format that was asked for before anything is computed.
struct ExportOptions {
    std::vector<const exports::Format*> formats;
    graph::InputSize size;  ///< multiples of the model's stride
    int batch = 1;
    bool dynamic = false;
    exports::Quantization quantization = exports::Quantization::fp32;
    std::optional<int> opset = {};
    std::optional<graph::SuppressionRule> nms = {};  ///< goes into the file
};

/// Throws UsageError for a size, quantization or option that one of the formats cannot take: the sentence
/// names those that can. With format=all, a format that cannot is left out, and `log` says so.
ExportOptions export_options(const Config& config, const checkpoint::Checkpoint& model, const LogSink& log);

}  // namespace yolo::modes
