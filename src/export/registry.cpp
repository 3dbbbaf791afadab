// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/near_miss.hpp"
#include "export/format.hpp"

namespace yolo::exports {

namespace {

const std::vector<Format>& table() {
    static const std::vector<Format> list = {torchscript_format(), onnx_format(),   openvino_format(),
                                             ncnn_format(),        litert_format(), safetensors_format()};
    return list;
}

/// Formats that users of the Python package know, and the one here that their tools read.
struct Elsewhere {
    std::string_view title;
    std::vector<std::string_view> names;
    std::string_view instead;
};
const std::vector<Elsewhere>& formats_elsewhere() {
    static const std::vector<Elsewhere> list = {
        {"TensorRT", {"engine", "tensorrt", "trt"}, "onnx"},
        {"Core ML", {"coreml", "mlmodel", "mlpackage", "mlprogram", "apple", "ios", "coreai"}, "onnx"},
        {"TensorFlow", {"saved_model", "pb"}, "litert"},
        {"Edge TPU", {"edgetpu"}, "litert"},
        {"PaddlePaddle", {"paddle"}, "onnx"},
        {"MNN", {"mnn"}, "onnx"},
        {"ExecuTorch", {"executorch"}, "torchscript"},
        {"a vendor's compiler",
         {"imx", "rknn", "axelera", "deepx", "qnn", "hailo", "ascend", "huawei", "cann", "om", "xilinx",
          "vitis", "vitisai", "versal"},
         "onnx"},
    };
    return list;
}

template <class Range, class T>
bool contains(const Range& range, const T& value) {
    return std::find(range.begin(), range.end(), value) != range.end();
}

}  // namespace

const char* to_string(Quantization quantization) {
    switch (quantization) {
        case Quantization::fp32:
            return "32";
        case Quantization::fp16:
            return "16";
        case Quantization::int8:
            return "8";
        case Quantization::w8a16:
            return "w8a16";
        case Quantization::w8a32:
            return "w8a32";
    }
    return "";
}

bool Format::takes(std::string_view option) const {
    return contains(options, option);
}

std::string Format::suffix_for(Quantization quantization, bool integer_io) const {
    if (integer_io) return std::string(integer_suffix);
    const bool mixed = quantization == Quantization::w8a16 || quantization == Quantization::w8a32;
    if (quantization == Quantization::int8 && !int8_suffix.empty()) return std::string(int8_suffix);
    if (quantization == Quantization::fp16 && !fp16_suffix.empty()) return std::string(fp16_suffix);
    return fmt::format("{}{}", mixed ? fmt::format("_{}", to_string(quantization)) : "", suffix);
}

bool Format::takes(Quantization quantization) const {
    return contains(quantizations, quantization);
}

std::span<const Format> formats() {
    return table();
}

std::string objection(const Format& format, Quantization quantization) {
    if (format.takes(quantization)) return {};
    const std::string able = format_names([&](const Format& other) { return other.takes(quantization); });
    return fmt::format("{} cannot be written with quantize={}; formats that can: {}", format.name,
                       to_string(quantization), able.empty() ? "none in this version" : able);
}

std::string objection(const Format& format, std::string_view option) {
    if (format.takes(option)) return {};
    return fmt::format("{} does not take {}; formats that do: {}", format.name, option,
                       format_names([&](const Format& other) { return other.takes(option); }));
}

const Format& find_format(std::string_view name) {
    std::vector<std::string_view> known;
    for (const Format& format : table()) {
        if (format.name == name || contains(format.aliases, name)) return format;
        known.push_back(format.name);
        known.insert(known.end(), format.aliases.begin(), format.aliases.end());
    }
    for (const Elsewhere& other : formats_elsewhere()) {
        if (contains(other.names, name))
            throw UsageError(fmt::format(
                "format={} is for {}, which this version does not write: format={} is what its tools "
                "convert; "
                "there are: {}, and all",
                name, other.title, other.instead, format_names([](const Format&) { return true; })));
    }
    throw UsageError(fmt::format("there is no format '{}'{}; there are: {}, and all", name,
                                 did_you_mean(near_misses(name, known)),
                                 format_names([](const Format&) { return true; })));
}

std::string format_names(const std::function<bool(const Format& format)>& fits) {
    std::string names;
    for (const Format& format : table()) {
        if (fits(format)) names += (names.empty() ? "" : ", ") + std::string(format.name);
    }
    return names;
}

}  // namespace yolo::exports
