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
#include "engines/registry.hpp"
#include "inference/options.hpp"
#include "inference/session.hpp"
#include "modes/info_text.hpp"

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
        const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, shown);
    }
    return text;
}

std::string model_text(const checkpoint::Checkpoint& checkpoint) {
    const ModelInfo& info = checkpoint.info;
    std::string text = line("task", to_string(info.task)) + line("classes", modes::class_text(info));
    text += line("strides", fmt::format("{}", fmt::join(info.stride, ", ")));
    if (info.task == Task::pose) {
        const auto [points, values] = info.kpt_shape;
        text += line("keypoints", fmt::format("kpt_shape [{}, {}]: {} points of {}", points, values, points,
                                              values == 3 ? "x, y, visibility" : "x, y"));
    }
    if (const std::string origin = origin_text(checkpoint.metadata); !origin.empty())
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
    const checkpoint::Checkpoint checkpoint = inference::open_model(name, load_settings(), log);
    const PredictOptions options =
        inference::checked_options(inference::predict_options(config), checkpoint.info, log);
    const Size size = options.imgsz.value();
    const int counted = config.given("imgsz") ? std::max(size.height, size.width) : counted_size;

    std::string text = modes::layer_table(checkpoint.graph) + "\n";
    graph::Network network = graph::to_inference(checkpoint.graph, checkpoint.weights);
    text += modes::summary_line(checkpoint.graph, graph::statistics(checkpoint.graph, counted));
    text += modes::summary_line(network.graph, graph::statistics(network.graph, counted));
    text += fmt::format("GFLOPs are those of one picture of {} x {}\n\n", counted, counted);
    text += line("model", name) + model_text(checkpoint);
    text += line("input size", fmt::format("{} x {} (height x width)", size.height, size.width));
    text += lines("pre-processing", modes::preprocessing_text(checkpoint.info, size));

    const int threads = compute_threads(options.threads);
    const auto precision = options.half ? Precision::bf16 : Precision::fp32;
    const auto engine =
        engines::make_engine("cpu", std::move(network), {.threads = threads, .precision = precision});
    text += line("engine", modes::engine_text(engine->report(size.height, size.width), size, threads));
    return text + warnings;
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
