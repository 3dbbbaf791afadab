// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/metric_loss.hpp"

#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "evaluation/main_metric.hpp"
#include "evaluation/validator.hpp"
#include "inference/network.hpp"
#include "inference/session.hpp"

namespace yolo::modes {

namespace {

const engines::EngineEntry& engine_for(const exports::Format& format) {
    const engines::EngineEntry& entry = engines::find_engine("", format.name);
    if (engines::is_here(entry)) return entry;
    throw Error(fmt::format(
        "{}: what 8 bits lose cannot be measured: the engine {} is not installed; scripts/setup --engines "
        "brings it, or leave out quantize_floor and data",
        format.title, entry.name));
}

}  // namespace

Json MetricLoss::facts() const {
    return {{"metric", metric}, {"fp32", exact}, {"file", file}, {"pictures", pictures}, {"engine", engine}};
}

std::string MetricLoss::text() const {
    const std::string name = metric.substr(metric.find('/') + 1);
    return fmt::format("{} {:.4f}, in 32 bits {:.4f}: {} {:.4f} ({} pictures, {})", name, file, exact,
                       loss() >= 0 ? "loses" : "gains", std::abs(loss()), pictures, engine);
}

double MetricJudge::measure(inference::OpenedModel model, const std::string& engine) {
    inference::Session session(std::move(model));
    engines::Engine& runs = session.engine({.engine = engine, .threads = options_.threads});
    evaluation::ValidatorOptions options;
    options.loader = pictures_.loader;
    options.detect.conf = evaluation::default_val_conf(session.info().task);
    if (const auto& rule = options_.nms) {  // what the file leaves out counts for neither of the two
        options.detect.conf = rule->conf;
        options.detect.iou = static_cast<float>(rule->iou);
        options.detect.max_det = rule->max_det;
        options.detect.agnostic = rule->agnostic;
        options.default_max_det = false;
    }
    options.classes = pictures_.classes;
    options.threads = options_.threads;
    evaluation::Validator validator(session.info(), pictures_.dataset, std::move(options));
    evaluation::ValidatorHooks hooks{.cancelled = context_.cancelled};
    if (context_.progress)
        hooks.progress = [this, &engine](std::size_t done, std::size_t all) {
            context_.progress(done < all ? fmt::format("Measuring ({}): {}/{}", engine, done, all) : "");
        };
    const evaluation::ValResult result =
        validator.run(inference::engine_network(runs, session.info(), false), hooks);
    if (result.cancelled) throw Cancelled("what 8 bits lose was not measured: it was cancelled");
    return result.metric(evaluation::main_metric(session.info().task));
}

MetricLoss MetricJudge::judge(const exports::Format& format, const std::filesystem::path& file) {
    const engines::EngineEntry& entry = engine_for(format);
    if (!exact_) exact_ = measure(model_, "cpu");
    MetricLoss loss{.metric = evaluation::main_metric(model_.info.task),
                    .exact = *exact_,
                    .pictures = pictures_.dataset->size(),
                    .engine = entry.name};
    loss.file = measure(engines::open_exported(file), entry.name);
    return loss;
}

}  // namespace yolo::modes
