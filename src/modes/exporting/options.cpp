// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/options.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/threads.hpp"
#include "export/onnx/onnx_writer.hpp"
#include "inference/options.hpp"
#include "options/config_json.hpp"

namespace yolo::modes {

namespace {

using exports::Format;
using exports::Quantization;

constexpr std::string_view every_format = "all";

Quantization quantization_of(const Config& config) {
    const std::string text = config.text("quantize");
    if (text.empty()) return Quantization::fp32;
    constexpr std::array all = {Quantization::fp32, Quantization::fp16, Quantization::int8,
                                Quantization::w8a16, Quantization::w8a32};
    const auto found =
        std::find_if(all.begin(), all.end(), [&](Quantization p) { return text == to_string(p); });
    return found == all.end() ? Quantization::fp32 : *found;
}

graph::InputSize input_size(const Config& config, const ModelInfo& info, const LogSink& log) {
    PredictOptions options;
    if (config.given("imgsz")) options.imgsz = inference::parse_imgsz(config.get("imgsz"));
    options.log = log;
    const Size size = inference::checked_options(options, info, log).imgsz.value();
    return {size.height, size.width};
}

std::optional<int> opset_of(const Config& config, bool int8) {
    if (config.get("opset").is_null()) return std::nullopt;
    const std::int64_t opset = config.integer("opset");
    if (opset < exports::lowest_opset || opset > exports::highest_opset)
        throw UsageError(fmt::format("opset={} cannot be written: {} to {} can (default {})", opset,
                                     exports::lowest_opset, exports::highest_opset, exports::default_opset));
    if (int8 && opset < exports::lowest_int8_opset)
        throw UsageError(
            fmt::format("opset={} has no scales by channel, which 8 bits need: {} to {} have (default {})",
                        opset, exports::lowest_int8_opset, exports::highest_opset, exports::default_opset));
    return static_cast<int>(opset);
}

/// Whether an option has the second of its two words.
bool is_second_of(const Config& config, const char* option, std::string_view first, std::string_view second) {
    const std::string word = config.text(option);
    if (word != first && word != second)
        throw UsageError(fmt::format("{}={} is not known: {} and {} are", option, word, first, second));
    return word == second;
}

exports::Observer observer_of(const Config& config) {
    const std::string name = config.text("calibrator");
    for (const exports::Observer observer :
         {exports::Observer::minmax, exports::Observer::percentile, exports::Observer::entropy}) {
        if (name == exports::to_string(observer)) return observer;
    }
    throw UsageError(fmt::format("calibrator={} is unknown: there are minmax, percentile and entropy", name));
}

/// Of int8 and w8a16. What is lost is measured where the user says which pictures count.
void read_quantization(const Config& config, ExportOptions& options) {
    constexpr double default_floor = 0.02;
    options.data = config.text("data");
    options.fraction = config_json(config).at("fraction");
    options.observer = observer_of(config);
    // 65535 steps are enough for every value.
    if (options.quantization == Quantization::w8a16 && !config.given("calibrator"))
        options.observer = exports::Observer::minmax;
    if (!config.get("quantize_floor").is_null()) {
        options.quantize_floor = config.number("quantize_floor");
    } else if (config.given("data")) {
        options.quantize_floor = default_floor;
    }
}

int batch_of(const Config& config) {
    if (!config.given("batch")) return 1;
    const double batch = config.number("batch");
    constexpr double largest = 1024;
    if (batch < 1 || batch > largest || batch != static_cast<int>(batch))
        throw UsageError(
            fmt::format("batch={}: an exported file takes 1 to {} pictures at once", batch, largest));
    return static_cast<int>(batch);
}

/// What `nms`, `conf`, `iou`, `max_det` and `agnostic_nms` ask for. Throws UsageError for a network that has
/// no boxes.
std::optional<graph::SuppressionRule> suppression_of(const Config& config,
                                                     const checkpoint::Checkpoint& model,
                                                     const LogSink& log) {
    if (!config.flag("nms")) {
        for (const char* key : {"conf", "iou", "max_det", "agnostic_nms"}) {
            if (config.given(key))
                log(LogLevel::warning,
                    fmt::format("{}={} has no effect without nms=True", key, to_string(config.get(key))));
        }
        return std::nullopt;
    }
    if (model.info.task == Task::classify)
        throw UsageError(
            "nms=True is for models that find objects: a model of the task classify has no boxes");
    if (model.graph.head && model.graph.head->one_to_one) {
        log(LogLevel::warning, "nms=True has no effect: the model answers once for each object by itself");
        return std::nullopt;
    }
    graph::SuppressionRule rule;
    if (!config.get("conf").is_null()) rule.conf = static_cast<float>(config.number("conf"));
    rule.iou = config.number("iou");
    rule.max_det = static_cast<int>(config.integer("max_det"));
    rule.agnostic = config.flag("agnostic_nms");
    return rule;
}

/// The formats of `format`: one, several separated by commas, or all. Throws UsageError.
std::vector<const Format*> asked_formats(const Config& config) {
    std::vector<const Format*> list, every;
    for (const std::string& word : format_words(config.text("format"))) {
        if (word == every_format) {
            for (const Format& format : exports::formats()) every.push_back(&format);
            return every;
        }
        const Format* format = &exports::find_format(word);
        if (std::find(list.begin(), list.end(), format) == list.end()) list.push_back(format);
    }
    if (list.empty())
        throw UsageError(fmt::format("no format is given: write format=NAME; there are: {}, and all",
                                     exports::format_names([](const Format&) { return true; })));
    return list;
}

}  // namespace

std::vector<std::string> format_words(std::string text) {
    std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == ' ' || c == '\''; });
    std::vector<std::string> words;
    std::istringstream list(text);
    for (std::string word; std::getline(list, word, ',');) words.push_back(word);
    return words;
}

std::string export_objection(const Format& format, const Config& config) {
    if (std::string reason = exports::objection(format, quantization_of(config)); !reason.empty())
        return reason;
    for (const std::string_view option :
         {"dynamic", "nms", "optimize", "integer_io", "opset", "batch", "layout", "head"}) {
        const bool valued = option == "opset" || option == "batch" || option == "layout" || option == "head";
        const bool asked =
            valued ? config.given(option) && !config.get(option).is_null() : config.flag(option);
        if (!asked) continue;
        if (std::string reason = exports::objection(format, option); !reason.empty()) return reason;
    }
    return {};
}

ExportOptions export_options(const Config& config, const checkpoint::Checkpoint& model, const LogSink& log) {
    const bool all = config.text("format") == every_format;
    ExportOptions options;
    options.quantization = quantization_of(config);
    for (const Format* format : asked_formats(config)) {
        const std::string problem = export_objection(*format, config);
        if (problem.empty()) {
            options.formats.push_back(format);
        } else if (!all) {
            throw UsageError(problem);
        } else {
            log(LogLevel::warning, problem);
        }
    }
    if (options.formats.empty()) throw UsageError("no format can take all of these options together");
    options.nchw_input = is_second_of(config, "layout", "nhwc", "nchw");
    options.optimize = config.flag("optimize");
    options.raw_head = is_second_of(config, "head", "decoded", "raw");
    if (options.raw_head && model.info.task == Task::classify)
        throw UsageError("head=raw is for models with a detection head: classify has none");
    const bool int8 = options.quantization == Quantization::int8;
    options.opset = opset_of(config, int8);
    if (exports::needs_plan(options.quantization)) read_quantization(config, options);
    options.integer_io = config.flag("integer_io");
    if (options.integer_io && !int8)
        throw UsageError("integer_io=True is for files in 8 bits: write int8=True too");
    options.batch = batch_of(config);
    options.dynamic = config.flag("dynamic");
    options.nms = suppression_of(config, model, log);
    options.size = input_size(config, model.info, log);
    options.check = config.flag("check");
    options.threads = compute_threads(static_cast<int>(config.integer("threads")));
    for (const char* key : {"description", "author", "license"})
        if (config.given(key)) options.own_texts[key] = config.text(key);
    return options;
}

}  // namespace yolo::modes
