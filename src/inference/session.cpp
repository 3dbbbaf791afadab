// SPDX-License-Identifier: Apache-2.0
#include "inference/session.hpp"

#include <cstring>

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/version.hpp>

#include "core/threads.hpp"
#include "engines/exported/model_info.hpp"
#include "graph/passes.hpp"

namespace yolo::inference {

namespace {

/// Of objects in final rows the classes are not to be seen: as many as usual files have.
constexpr int unknown_classes = 999;

/// How many classes the outputs of one black picture are about.
int count_classes(engines::Engine& engine, const OpenedModel& model) {
    const ModelInfo& info = model.info;
    const engines::EngineTraits traits = engine.traits();
    if (traits.output == OutputForm::final_rows && info.task != Task::classify) return unknown_classes;
    const std::int64_t height = traits.height != 0 ? traits.height : info.imgsz;
    const std::int64_t width = traits.width != 0 ? traits.width : info.imgsz;
    Tensor picture = Tensor::allocate(DType::u8, {1, height, width, info.channels});
    std::memset(picture.mutable_raw(), 0, picture.bytes());
    const std::vector<Tensor> outputs = engine.run({picture, engines::Batch::Layout::nhwc_bgr});
    const auto rows_of_output = [&](std::size_t i) {
        return outputs.size() > i && outputs[i].shape().size() > 1 ? static_cast<int>(outputs[i].dim(1)) : 0;
    };
    const int others = info.task == Task::classify  ? 0
                       : info.task == Task::segment ? 4 + rows_of_output(1)
                       : info.task == Task::pose    ? 4 + info.kpt_shape[0] * info.kpt_shape[1]
                       : info.task == Task::obb     ? 5
                                                    : 4;
    const int classes = rows_of_output(0) - others;
    if (classes < 1)
        throw Error(fmt::format("'{}' is no model for {}: its output is of shape {}",
                                model.file->path.string(), to_string(info.task),
                                outputs.empty() ? "()" : to_string(outputs[0].shape())));
    return classes;
}

}  // namespace

Session::Session(OpenedModel model, const std::string& engine, engines::EngineTable engines)
    : table_(std::move(engines)), model_(std::move(model)) {
    if (!model_.file || model_.info.names) return;
    const int classes =
        count_classes(this->engine({.engine = engine, .threads = usable_processors()}), model_);
    model_.info.names = engines::numbered_names(classes);
}

const engines::EngineEntry& Session::engine_entry(const EngineRequest& request) const {
    return engines::find_engine(request.engine, model_.kind(), request.device, table_);
}

engines::Engine& Session::engine(const EngineRequest& request) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<engines::Engine>& engine = engines_[request];
    if (engine) return *engine;
    const auto source = [&]() -> engines::ModelSource {
        if (model_.file && request.embed.empty() && request.maps.empty()) return *model_.file;
        const checkpoint::Checkpoint& checkpoint =
            model_.weights_for(request.maps.empty() ? "embed" : "the map of a layer");
        graph::Network network = graph::to_inference(checkpoint.graph, checkpoint.weights);
        if (!request.embed.empty()) network.graph = graph::embedding_graph(network.graph, request.embed);
        if (!request.maps.empty())
            network.graph = graph::with_layer_maps(std::move(network.graph), request.maps);
        return network;
    };
    engine = engines::make_engine(engine_entry(request).name, source(),
                                  {.threads = request.threads,
                                   .precision = request.precision,
                                   .device = request.device,
                                   .profile = profile_},
                                  table_);
    return *engine;
}

void Session::profile_with(std::shared_ptr<engines::LayerProfile> profile) {
    const std::lock_guard lock(mutex_);
    profile_ = std::move(profile);
}

engines::EngineTraits Session::fixed_traits(const EngineRequest& request) {
    return model_.file ? engine(request).traits() : engines::EngineTraits();
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
