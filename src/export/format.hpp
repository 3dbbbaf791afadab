// SPDX-License-Identifier: Apache-2.0
/// \file What an export format is: a row of one table. A new one is a folder here and a line in registry.cpp.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "export/common/metadata.hpp"
#include "export/common/quantization.hpp"
#include "graph/passes.hpp"

namespace yolo::checkpoint {
struct Checkpoint;
}

namespace yolo::exports {

/// Bits of weights and maps in the file.
enum class Quantization { fp32, fp16, int8, w8a16, w8a32 };

/// Whether ranges of values have to be known.
constexpr bool needs_plan(Quantization quantization) {
    return quantization == Quantization::int8 || quantization == Quantization::w8a16;
}

/// The spelling of `quantize`: "32", "16", "8", "w8a16", "w8a32".
const char* to_string(Quantization quantization);

/// What is to be written, checked before: every format that gets it can write it.
struct WriteRequest {
    const graph::Network& network;  ///< exporting stage, in the layout of the format
    const Metadata& metadata;
    std::string stem = "model";  ///< of the files in a folder
    int batch = 1;               ///< of a network of fixed size
    Quantization quantization = Quantization::fp32;
    std::optional<int> opset = {};
    bool nchw_input = false;                        ///< layout=nchw, of a format that is NHWC by itself
    bool channels_last = false;                     ///< optimize=True, of one whose maps can lie either way
    const checkpoint::Checkpoint* model = nullptr;  ///< what the network was made from
    const QuantizationPlan* plan = nullptr;         ///< never null where needs_plan(), and null else
    bool integer_io = false;                        ///< of int8: input and outputs are bytes too
};

struct Format {
    std::string_view name;    ///< "onnx": what `format=` takes
    std::string_view title;   ///< "ONNX"
    std::string_view suffix;  ///< of the file, ".onnx", or of the folder, "_openvino_model"
    std::vector<std::string_view> aliases = {};
    std::vector<std::string_view> options = {};  ///< keys that it takes besides those that every format takes
    std::vector<Quantization> quantizations = {};
    std::string_view int8_suffix = {};     ///< where files in 8 bits have another: "_int8.onnx"
    std::string_view fp16_suffix = {};     ///< the same of those in 16 bits
    std::string_view integer_suffix = {};  ///< of those in 8 bits whose input and outputs are bytes too
    graph::Layout layout = graph::Layout::nchw;
    /// Writes the file whole or not at all; into an empty folder that is there already, for a format of
    /// several files.
    void (*write)(const WriteRequest& request, const std::filesystem::path& path) = nullptr;

    /// Whether an earlier export wrote that file; null: its metadata say it.
    bool (*is_own)(const std::filesystem::path& path) = nullptr;
    bool holds_weights_alone = false;  ///< a checkpoint: no network of its own that an engine would run
    std::vector<std::string_view> files = {};  ///< of a folder; "*" at the start is the model's name

    /// Of a file in that precision: "_int8.onnx", "_w8a32.tflite".
    std::string suffix_for(Quantization quantization, bool integer_io = false) const;
    bool is_folder() const { return !suffix.starts_with('.'); }
    bool takes(std::string_view option) const;
    bool takes(Quantization quantization) const;
};

/// Why the format cannot write in that precision, with those that can; "" when it can.
std::string objection(const Format& format, Quantization quantization);
/// The same of an option that was asked for.
std::string objection(const Format& format, std::string_view option);

/// Every format, in the order of the documentation.
std::span<const Format> formats();

/// The format of that name or alias. Throws UsageError with the near ones.
const Format& find_format(std::string_view name);

/// Names of the formats that `fits` says yes to: "onnx, openvino".
std::string format_names(const std::function<bool(const Format& format)>& fits);

// One a folder.
Format torchscript_format();
Format onnx_format();
Format openvino_format();
Format ncnn_format();
Format litert_format();
Format safetensors_format();

}  // namespace yolo::exports
