// SPDX-License-Identifier: Apache-2.0
#include "modes/training/start_model.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "inference/session.hpp"
#include "train/transfer.hpp"

namespace yolo::modes {

namespace {

const char* smallest_network(Task task) {
    switch (task) {
        case Task::segment:
            return "yolov8n-seg.yaml";
        case Task::pose:
            return "yolov8n-pose.yaml";
        case Task::obb:
            return "yolov8n-obb.yaml";
        case Task::classify:
            return "yolov8n-cls.yaml";
        default:
            return "yolov8n.yaml";
    }
}

/// `pretrained`: true, false, or a file.
std::string pretrained_file(const Config& config) {
    const Value& value = config.get("pretrained");
    return std::holds_alternative<std::string>(value) ? std::get<std::string>(value) : "";
}

}  // namespace

bool is_description(const std::string& model) {
    return model.ends_with(".yaml") || model.ends_with(".yml");
}

std::string training_model_name(const Config& config, const LogSink& log) {
    std::string name = config.text("model");
    if (name.empty()) {
        name = smallest_network(parse_task(config.text("task")));
        log(LogLevel::warning, fmt::format("no model is given: {} is trained from nothing", name));
    }
    return name;
}

checkpoint::Checkpoint start_model(const Config& config, checkpoint::Checkpoint given,
                                   const data::DatasetSpec& spec, const Settings& settings,
                                   const LogSink& log) {
    train::NetworkRequest request;
    request.names = *spec.names;
    if (config.flag("single_cls") && spec.task != Task::classify) request.names = {"item"};
    if (spec.task == Task::pose) request.kpt_shape = spec.kpt_shape;
    request.channels = spec.channels;
    request.seed = static_cast<std::uint64_t>(config.integer("seed"));
    request.remap_classes = config.flag("cls_remap");

    const std::string file = pretrained_file(config);
    const bool fresh = is_description(config.text("model")) || (file.empty() && !config.flag("pretrained"));
    checkpoint::Checkpoint source;
    if (!file.empty()) source = inference::open_checkpoint(file, "pretrained", settings, log);
    const checkpoint::Checkpoint* weights = !file.empty() ? &source : fresh ? nullptr : &given;
    train::Transfer transfer = train::start_network(given, weights, request);
    if (const std::string line = transfer.message(); !line.empty()) log(LogLevel::info, line);
    return std::move(transfer.model);
}

}  // namespace yolo::modes
