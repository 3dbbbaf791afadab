// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/training.hpp"

namespace yolo::modes {

namespace {

/// Each field with its name, once for both directions.
template <class Figures, class Visitor>
void visit_shares(Figures& shares, const Visitor& visit) {
    visit("loader", shares.loader);
    visit("forward", shares.forward);
    visit("losses", shares.losses);
    visit("backward", shares.backward);
    visit("optimizer", shares.optimizer);
    visit("average", shares.average);
    visit("other", shares.other);
}

template <class Figures, class Visitor>
void visit_figures(Figures& figures, const Visitor& visit) {
    visit("model", figures.model);
    visit("data", figures.data);
    visit("pictures", figures.pictures);
    visit("batch", figures.batch);
    visit("imgsz", figures.imgsz);
    visit("accumulate", figures.accumulate);
    visit("optimizer", figures.optimizer);
    visit("precision", figures.precision);
    visit("device", figures.device);
    visit("description", figures.description);
    visit("threads", figures.threads);
    visit("workers", figures.workers);
    visit("steps", figures.steps);
    visit("seconds", figures.seconds);
    visit("images_per_second", figures.images_per_second);
    visit("median_ms", figures.median_ms);
    visit("p95_ms", figures.p95_ms);
    visit("peak_memory", figures.peak_memory);
    visit("device_memory", figures.device_memory);
}

}  // namespace

Json to_json(const TrainingFigures& figures) {
    Json json = {{"task", std::string(to_string(figures.task))}};
    visit_figures(figures, [&](const char* name, const auto& value) { json[name] = value; });
    visit_shares(figures.shares, [&](const char* name, double value) { json["shares"][name] = value; });
    return json;
}

TrainingFigures training_figures(const Json& json) {
    TrainingFigures figures;
    figures.task = parse_task(json.at("task").get<std::string>());
    visit_figures(figures, [&](const char* name, auto& value) { json.at(name).get_to(value); });
    visit_shares(figures.shares,
                 [&](const char* name, double& value) { json.at("shares").at(name).get_to(value); });
    return figures;
}

}  // namespace yolo::modes
