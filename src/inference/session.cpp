// SPDX-License-Identifier: Apache-2.0
#include "inference/session.hpp"

#include <fmt/core.h>

#include <yolo/version.hpp>

#include "core/files.hpp"
#include "data/class_names.hpp"
#include "engines/registry.hpp"
#include "graph/passes.hpp"

namespace yolo::inference {

checkpoint::Checkpoint open_model(const std::string& name, const Settings& settings, const LogSink& log) {
    checkpoint::Checkpoint model =
        checkpoint::load(checkpoint::find_weights(expand_home(name).string(), settings.weights_dir), log);
    if (model.info.names) {
        model.info.names =
            std::make_shared<const std::vector<std::string>>(data::readable_class_names(*model.info.names));
    }
    return model;
}

Session::Session(checkpoint::Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

engines::Engine& Session::engine(const EngineRequest& request) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<engines::Engine>& engine = engines_[request];
    if (!engine) {
        graph::Network network = graph::to_inference(checkpoint_.graph, checkpoint_.weights);
        if (!request.embed.empty()) network.graph = graph::embedding_graph(network.graph, request.embed);
        engine = engines::make_engine(
            request.engine, std::move(network),
            {.threads = request.threads, .precision = request.precision, .device = request.device});
    }
    return *engine;
}

void print_engine(const engines::EngineReport& report, int threads, bool half, const LogSink& log) {
    log(LogLevel::info,
        fmt::format("yolo.cpp {}: {} engine, {}, {}, {} thread{}", version, report.engine(),
                    report.precision(), report.instructions(), threads, threads == 1 ? "" : "s"));
    if (half && report.precision() == "fp32") {
        log(LogLevel::warning,
            fmt::format("half=True has no effect here: this CPU has no bf16 instructions, {} is used",
                        report.precision()));
    }
}

}  // namespace yolo::inference
