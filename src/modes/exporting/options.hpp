// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

#include "checkpoint/checkpoint.hpp"
#include "core/json.hpp"
#include "export/common/observers.hpp"
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
    // Of int8 and w8a16.
    std::string data = {};  ///< as it was given
    Json fraction = 1.0;    ///< share, number of pictures or a list
    exports::Observer observer = exports::Observer::percentile;
    std::optional<double> quantize_floor = {};  ///< what a file's metric may be below that of 32 bits
    bool check = true;                          ///< run each file beside the network before it is kept
    int threads = 1;
    Json own_texts = {};                             ///< license, author, description: what the user gave
    bool integer_io = false;                         ///< of int8: input and outputs are bytes too
    bool nchw_input = false;                         ///< layout=nchw
    bool optimize = false;                           ///< TorchScript: maps lie channels last
    std::optional<graph::SuppressionRule> nms = {};  ///< goes into the file
    bool raw_head = false;                           ///< head=raw
};

/// The words of `format`: "onnx,ncnn" or "[onnx, ncnn]".
std::vector<std::string> format_words(std::string text);

/// Why a format cannot do what the options ask for, with the formats that can; "" when it can.
std::string export_objection(const exports::Format& format, const Config& config);

/// Throws UsageError for a size, quantization or option that one of the formats cannot take: the sentence
/// names those that can. With format=all, a format that cannot is left out, and `log` says so.
ExportOptions export_options(const Config& config, const checkpoint::Checkpoint& model, const LogSink& log);

}  // namespace yolo::modes
