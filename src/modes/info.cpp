// SPDX-License-Identifier: Apache-2.0
/// \file `yolo info`: everything there is to know about a model before it is used.
#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/commands.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "core/rim.hpp"
#include "core/threads.hpp"
#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"
#include "inference/options.hpp"
#include "inference/session.hpp"
#include "modes/info_text.hpp"
#include "options/device.hpp"

namespace yolo {

namespace {

constexpr int counted_size = 640;  // GFLOPs are known at this size, whatever the model was trained at

std::string line(const std::string& label, const std::string& text) {
    return fmt::format("{:<15} {}\n", label, text);
}

std::string lines(std::string label, const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& item : list) text += line(std::exchange(label, ""), item);
    return text;
}

/// Where the file came from, as far as it says.
std::string origin_text(const Json& metadata) {
    std::string text;
    for (const char* key : {"date", "version", "epoch"}) {
        const Json value = metadata.is_object() ? metadata.value(key, Json()) : Json();
        const bool known = value.is_string() || (value.is_number() && value != -1);  // -1: training is over
        if (!known) continue;
        const std::string shown = text_or_json(value);
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, shown);
    }
    return text;
}

/// The layers and what they cost, of one picture whose sides are `counted`.
std::string network_text(const graph::Graph& graph, const graph::Graph& fused, int counted) {
    return modes::layer_table(graph) + "\n" + modes::summary_line(graph, graph::statistics(graph, counted)) +
           modes::summary_line(fused, graph::statistics(fused, counted)) +
           fmt::format("GFLOPs are those of one picture of {} x {}\n\n", counted, counted);
}

/// What an exported file holds and how far it was seen to be from its model.
std::string file_text(const engines::ExportedFile& file) {
    const engines::ExportedFormat* format = engines::format_of_name(file.path.string());
    std::string text;
    if (format != nullptr && format->read_precision != nullptr)
        if (const std::string stored = format->read_precision(file.path); !stored.empty())
            text += line("weights", stored + ", as they stand in the file");
    for (const char* key : {"args", "certificate", "license", "author"}) {
        const auto known = file.metadata.find(key);
        if (known != file.metadata.end()) text += line(key, known->second);
    }
    return text;
}

std::string model_text(const inference::OpenedModel& model) {
    const ModelInfo& info = model.info;
    std::string text = model.file ? line("format", model.file->format) : "";
    text += line("task", to_string(info.task)) + line("classes", modes::class_text(info));
    text += line("strides", fmt::format("{}", fmt::join(info.stride, ", ")));
    if (info.task == Task::pose) {
        const auto [points, values] = info.kpt_shape;
        text += line("keypoints", fmt::format("kpt_shape [{}, {}]: {} points of {}", points, values, points,
                                              values == 3 ? "x, y, visibility" : "x, y"));
    }
    if (model.file) text += file_text(*model.file);
    if (const std::string origin = origin_text(model.metadata); !origin.empty())
        text += line("written", origin);
    return text;
}

}  // namespace

std::string model_summary(const Config& config) try {
    const std::string name = config.text("model");
    std::string warnings;
    const LogSink log = [&warnings](LogLevel, std::string_view text) {
        warnings += line("note", std::string(text));
    };
    inference::OpenedModel opened =
        inference::open_model(name, load_settings(), {.log = log, .task = inference::named_task(config)});
    inference::Session session(std::move(opened), named_engine(config));
    const inference::OpenedModel& model = session.model();
    const PredictOptions options =
        inference::checked_options(inference::predict_options(config), session, named_engine(config), log);
    const Size size = options.imgsz.value();

    std::string text;
    engines::ModelSource source;
    if (model.checkpoint) {
        source = graph::to_inference(model.checkpoint->graph, model.checkpoint->weights);
        const int counted = config.given("imgsz") ? std::max(size.height, size.width) : counted_size;
        text = network_text(model.checkpoint->graph, std::get<graph::Network>(source).graph, counted);
    } else {
        source = *model.file;
    }
    text += line("model", name) + model_text(model);
    text += line("input size", fmt::format("{} x {} (height x width)", size.height, size.width));
    text += lines("pre-processing", modes::preprocessing_text(model.info, size));

    const int threads = compute_threads(options.threads);
    const auto engine =
        engines::make_engine(model.checkpoint ? "cpu" : named_engine(config), std::move(source),
                             {.threads = threads, .precision = precision_of(options.half)});
    text += line("engine", modes::engine_text(engine->report(size.height, size.width), size, threads));
    return text + warnings;
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
