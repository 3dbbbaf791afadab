// SPDX-License-Identifier: Apache-2.0
/// \file `yolo val`: a model on a data set, to figures, tables and files.
#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/log.hpp"
#include "core/rim.hpp"
#include "evaluation/coco.hpp"
#include "evaluation/coco_form.hpp"
#include "evaluation/figures.hpp"
#include "evaluation/files.hpp"
#include "evaluation/metric_files.hpp"
#include "evaluation/originals.hpp"
#include "evaluation/report.hpp"
#include "inference/network.hpp"
#include "inference/session.hpp"
#include "modes/batch_choice.hpp"
#include "modes/file_suppression.hpp"
#include "modes/loading_options.hpp"
#include "modes/run_folder.hpp"
#include "modes/validation/batch_probe.hpp"
#include "modes/validation/options.hpp"
#include "options/device.hpp"
#include "options/plot_options.hpp"

namespace yolo {

namespace {

using namespace modes;
using namespace evaluation;
using namespace inference;
namespace fs = std::filesystem;

constexpr int drawn_batches = 3;

/// What a validation is made of, read and checked.
struct ValRun {
    Config config;
    std::unique_ptr<Session> session;
    std::shared_ptr<const data::Dataset> dataset;
    ModelInfo judged;  ///< the model with the classes that figures and files are about
    JudgedClasses classes;
    ValEngine engine;
    engines::EngineTraits fixed;  ///< what an exported file leaves no choice of
    engines::EngineTraits shape;  ///< the same with the size that was asked for exactly
    bool augment = false, coco_split = false;
    PlotOptions plot;
    std::unique_ptr<RunFiles> files;  ///< where something is written
    fs::path coco_annotations;        ///< empty where there are none
    int threads = 1;

    const ModelInfo& info() const { return session->info(); }
    bool flag(const char* key) const { return config.flag(key); }
};

/// Before anything is read: what has one name, or a folder of its own.
void refuse_foreign_files(const ValRun& run, bool writes_objects) {
    if (writes_objects && run.flag("save_txt")) run.files->refuse_foreign_folder("labels");
    if (writes_objects && run.flag("save_json")) run.files->refuse_foreign("predictions.json");
}

ValRun set_up(const Config& given, const CommandContext& context, const LogSink& log) {
    if (given.text("model").empty()) throw UsageError("no model is given: write model=FILE.pt");
    const Settings settings = load_settings(log);
    ValRun run;
    run.plot = plot_options(given);
    OpenedModel model = open_model(given.text("model"), settings, {.log = log, .task = named_task(given)});
    run.config = with_remembered(given, model.info, model.metadata);
    run.session = std::make_unique<Session>(std::move(model), named_engine(given));
    const Task task = run.info().task;
    for (const std::string& line : options_without_effect(given, Mode::val, task))
        log(LogLevel::warning, line);
    warn_without_effect_val(given, task, log);
    warn_of_suppression(given, run.session->model(), Mode::val, log);
    refuse_impossible_val(run.config);
    run.engine = val_engine(run.config, *run.session);
    run.fixed = run.session->fixed_traits(run.engine.request);
    run.shape = judged_shape(given, run.info(), run.fixed);
    fit_to_file(run.config, given, run.shape, log);
    run.augment = val_augments(run.config, run.info(), run.fixed, log);
    run.threads = threads_of(run.config);

    const std::string split = run.config.text("split");
    const data::DatasetSpec spec = load_data(run.config, task, settings, !given.given("data"), context);
    data::check_split(spec, split);
    check_keypoints(run.info(), spec);
    check_classes(run.config, spec);
    run.coco_split = is_coco_split(spec, split);
    if (run.coco_split && task != Task::classify) run.config.set("save_json", true);
    run.coco_annotations = coco_annotations(spec, split, task);
    const std::optional<double> memory = memory_share(run.config);
    run.session->engine(run.engine.request);  // like the folder: what is not possible is known at once
    const bool writes_objects = task != Task::classify && (run.flag("save_txt") || run.flag("save_json"));
    if (run.flag("plots") || writes_objects)
        run.files = open_run_folder(run.config, task, "val", settings.runs_dir, log);
    refuse_foreign_files(run, writes_objects);
    run.classes = judged_classes(run.config, run.info(), spec, log);
    run.judged = run.info();
    run.judged.names = run.classes.names;
    run.dataset = data::open_dataset(numbered_as(spec, run.classes),
                                     dataset_options(run.config, split, false, context));
    if (task == Task::detect && run.dataset->has_polygons())
        log(LogLevel::info,
            "the labels are outlines or rotated boxes: the upright box around each is compared");
    if (memory)
        run.config.set("batch", std::int64_t{choose_val_batch(run.config, *run.session, run.engine,
                                                              run.dataset->size(), *memory, log)});
    return run;
}

ValFiles make_files(const ValRun& run, double conf, const LogSink& log) {
    const data::Dataset& dataset = *run.dataset;
    const ModelInfo& info = run.judged;
    const bool found_boxes = info.task != Task::classify;
    ValFiles files;
    if (run.flag("save_txt") && found_boxes)
        files.push_back(val_label_files(*run.files, dataset, run.flag("save_conf")));
    if (run.flag("save_json") && found_boxes) {
        files.push_back(val_json_file(*run.files, dataset, category_ids(info.class_count(), run.coco_split)));
        if (info.task == Task::obb && is_dota_split(dataset.spec(), run.config.text("split")))
            files.push_back(val_dota_files(*run.files, dataset, info));
    }
    if (run.flag("plots"))
        files.push_back(val_batch_pictures(*run.files, dataset, info, run.plot, drawn_batches));
    if (run.flag("visualize") && !run.flag("plots")) {
        log(LogLevel::warning, "visualize=True has no effect without plots=True");
    } else if (run.flag("visualize") && found_boxes) {
        files.push_back(val_visualizations(*run.files, dataset, info, run.plot, conf));
    }
    return files;
}

/// COCO compares labels and detections of this task, and somebody asked for it.
bool wants_coco(const ValRun& run) {
    const Task task = run.info().task;
    if (coco_kinds(task).empty()) return false;
    return run.flag("coco") || !run.coco_annotations.empty() ||
           (run.flag("save_json") && task == Task::detect);
}

ValidatorHooks hooks_for(const ValRun& run, const ValFiles& files, CocoEvaluation* coco,
                         const CommandContext& context) {
    ValidatorHooks hooks;
    hooks.cancelled = context.cancelled;
    if (context.progress) {
        hooks.progress = [&, shown = std::chrono::steady_clock::time_point()](std::size_t done,
                                                                              std::size_t all) mutable {
            const auto now = std::chrono::steady_clock::now();
            if (now - shown < std::chrono::milliseconds(100)) return;
            shown = now;
            context.progress(fmt::format("{}: {:3.0f}% {}/{}", val_header(run.info().task),
                                         100.0 * static_cast<double>(done) / static_cast<double>(all), done,
                                         all));
        };
    }
    if (files.empty() && coco == nullptr) return hooks;
    const bool masks = run.flag("save_json") || run.flag("save_txt") || run.flag("coco");
    hooks.seen = [&, coco, masks](const SeenPicture& seen) {
        const data::BatchPicture& picture = seen.batch.pictures.at(static_cast<std::size_t>(seen.index));
        const Result original =
            original_result(seen, run.judged, run.dataset->picture(picture.index).string(), masks);
        for (const auto& file : files) file->add(seen, original);
        if (coco != nullptr) coco->add(seen, original);
    };
    return hooks;
}

/// Of objects below 32 x 32 pixels, below 96 x 96 and above; - where there are none.
void print_sizes(const metrics::CocoScores& scores, const LogSink& log) {
    const auto text = [](double ap) { return ap < 0 ? std::string("-") : fmt::format("{:.3g}", ap); };
    log(LogLevel::info, fmt::format("mAP50-95 by size (COCO): small {}, medium {}, large {}",
                                    text(scores.ap_small), text(scores.ap_medium), text(scores.ap_large)));
}

/// COCO's figures: printed beside the familiar ones, and, for COCO's own pictures, in their place. Returns
/// them by B, M and P.
Json evaluate_coco(const ValRun& run, const CocoEvaluation& coco, ValResult& result, const LogSink& log) {
    const fs::path& annotations = run.coco_annotations;
    double fitness = 0;
    Json all;
    for (const metrics::CocoKind kind : coco_kinds(run.info().task)) {
        const metrics::CocoScores scores =
            annotations.empty() ? coco.scores(kind, run.threads)
                                : coco_file_scores(annotations, run.files->folder() / "predictions.json",
                                                   *run.dataset, result.unreadable, kind, run.threads,
                                                   coco_sigmas(run.dataset->spec(), run.info()));
        if (run.flag("coco") || !annotations.empty()) print_coco(result, kind, scores, log);
        if (run.info().task == Task::detect && run.flag("save_json")) {
            for (const auto& [key, value] : size_metrics(scores)) result.set_metric(key, value);
            if (!run.flag("coco") && annotations.empty()) print_sizes(scores, log);
        }
        const char* letter = metric_letter(kind);
        for (const auto& [name, value] : scores.named(kind)) all[letter][name] = value;
        if (annotations.empty()) continue;
        result.set_metric(fmt::format("metrics/mAP50-95({})", letter), scores.ap);
        result.set_metric(fmt::format("metrics/mAP50({})", letter), scores.ap50);
        fitness = 0.9 * scores.ap + 0.1 * scores.ap50;
    }
    if (!annotations.empty()) result.fitness = fitness;
    return all;
}

ValSubject subject_of(const ValRun& run) {
    return {run.config.text("model"), run.dataset->spec().file.string(), run.config.text("split"),
            run.info().task, run.judged.names};
}

void print_result(const ValRun& run, const ValResult& result, const LogSink& log) {
    for (const std::string& line : result.warnings) log(LogLevel::warning, line);
    const bool verbose = run.flag("verbose");
    const TableForm form = verbose ? TableForm::wide : TableForm::usual;
    log(LogLevel::info, val_header(run.info().task, form));
    print_val_rows(result, run.info().task, verbose && run.judged.class_count() > 1, log, form);
    log(LogLevel::info, speed_line(result.speed));
}

}  // namespace

ValFigures run_val(const Config& config, const CommandContext& given) try {
    CommandContext context = given;
    context.log = one_at_a_time(context.log ? context.log : [](LogLevel, std::string_view) {});
    const LogSink& log = context.log;
    ValRun run = set_up(config, context, log);
    ValidatorOptions options = validator_options(run.config, run.info(), log, run.shape);
    options.classes = run.classes;
    options.confusion = run.files != nullptr;
    Validator validator(run.info(), run.dataset, std::move(options));
    const int side = validator.options().loader.imgsz;
    print_engine(run.session->engine(run.engine.request).report(side, side), run.threads,
                 run.engine.request.precision != Precision::fp32, log);

    const std::unique_ptr<CocoEvaluation> coco =
        wants_coco(run) ? std::make_unique<CocoEvaluation>(*run.dataset, run.judged) : nullptr;
    const ValFiles files = make_files(run, validator.options().detect.conf, log);
    engines::Engine& engine = run.session->engine(run.engine.request);
    ValidatorHooks hooks = hooks_for(run, files, coco.get(), context);
    hooks.prepare = [&engine](Size input) { engine.report(input.height, input.width); };
    const RunNetwork network = engine_network(engine, run.info(), run.augment);
    ValResult result =
        run.engine.concurrent ? validator.run_concurrently(network, hooks) : validator.run(network, hooks);
    if (context.progress) context.progress({});
    if (result.cancelled) {
        log(LogLevel::warning,
            fmt::format("validation was ended after {} of {} pictures: there are no figures", result.pictures,
                        run.dataset->size()));
        return {};
    }
    print_result(run, result, log);
    for (const auto& file : files) file->finish();
    if (run.flag("plots")) draw_val_figures(result, run.judged, *run.files);
    const Json coco_figures = coco ? evaluate_coco(run, *coco, result, log) : Json();
    if (run.files) write_metrics(*run.files, subject_of(run), result, coco_figures);
    for (const auto& file : files) {
        if (const std::string line = file->summary(); !line.empty()) log(LogLevel::info, line);
    }
    if (run.files) log(LogLevel::info, fmt::format("Results saved to {}", run.files->folder().string()));
    result.metrics.emplace_back("fitness", result.fitness);
    return {std::move(result.metrics), class_figures(result)};
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
