// SPDX-License-Identifier: Apache-2.0
#include "modes/training/setup.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pt_file.hpp"
#include "core/threads.hpp"
#include "modes/run_folder.hpp"
#include "modes/training/options.hpp"
#include "modes/training/resume.hpp"
#include "modes/training/start_model.hpp"
#include "train/class_weights.hpp"
#include "train/freeze.hpp"
#include "train/optimizer_choice.hpp"

namespace yolo::modes {

namespace {

std::shared_ptr<const data::Dataset> open_split(const TrainSetup& setup, const std::string& split,
                                                bool training, const LogSink& log) {
    const Config& config = setup.config;
    return data::open_dataset(setup.spec,
                              {.split = split,
                               .training = training,
                               .single_cls = config.flag("single_cls"),
                               .classes = config.integers("classes"),
                               .fraction = split_fraction(config, split),
                               .threads = compute_threads(static_cast<int>(config.integer("threads"))),
                               .write_cache = true,
                               .log = log});
}

/// A last batch of one picture cannot be normalised when the smallest map has one pixel.
void check_last_batch(const TrainSetup& setup) {
    const auto pictures = static_cast<int>(setup.train_set->size());
    const double share = setup.config.number("multi_scale");
    const auto smallest = static_cast<int>(setup.imgsz * (1 - share));
    if (setup.batch > 1 && pictures % setup.batch == 1 && smallest < 2 * setup.stride &&
        setup.spec.task != Task::classify) {
        throw UsageError(
            fmt::format("the last batch would hold one picture of less than {0} pixels, too little for "
                        "batch normalisation: choose another batch than {1}, or imgsz from {0}",
                        2 * setup.stride, setup.batch));
    }
}

std::vector<std::int64_t> objects_per_class(const data::Dataset& dataset, int class_count) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(class_count), 0);
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        for (const int id : dataset.labels(i).classes) ++counts.at(static_cast<std::size_t>(id));
    }
    return counts;
}

/// What a file of the reference says about its place, in the form of our own.
Json progress_of_reference(const Json& header) {
    const Json stopper = header.value("stopper", Json::object());
    return {{"epoch", header.value("epoch", -1) + 1},
            {"batches_done", 0},
            {"last_step", nullptr},
            {"epochs", nullptr},
            {"loss_sums", Json::array()},
            {"loss_count", 0},
            {"best_fitness", header.value("best_fitness", Json())},
            {"stopping", stopper.is_object() ? stopper : Json::object()},
            {"seconds", 0.0},
            {"precision", nullptr},
            {"rows", header.value("train_results", Json::object())}};
}

void read_resumed(TrainSetup& setup, const LogSink& log) {
    const std::optional<std::filesystem::path> file = resumed_file(setup.config);
    if (!file) return;
    checkpoint::ResumePoint point = checkpoint::read_training_state(*file, log);
    const Json& header = point.model.metadata;
    // What was asked for, so that "auto" chooses the same again; files of others only have what came of it.
    const Json asked =
        point.exact ? point.state.progress.at("options") : header.value("train_args", Json::object());
    setup.config = resumed_config(setup.config, asked, *file, log);
    setup.state = std::move(point.state);
    if (!point.exact) {
        setup.state->progress = progress_of_reference(header);
        log(LogLevel::warning,
            fmt::format(
                "'{}' was written by another program: it resumes approximately, from the averaged weights",
                file->string()));
    }
}

}  // namespace

TrainSetup set_up_training(const Config& config, const CommandContext& context) {
    const LogSink& log = context.log;
    TrainSetup setup;
    setup.config = config;
    setup.settings = load_settings(log);
    read_resumed(setup, log);
    refuse_impossible(setup.config);
    if (setup.config.text("data").empty())
        throw UsageError("no data set is given: write data=FILE.yaml (classify: a folder of class folders)");

    const std::string model = training_model_name(setup.config, log);
    setup.config.set("model", model);
    checkpoint::Checkpoint given =
        checkpoint::load(checkpoint::find_weights(model, setup.settings.weights_dir), log);
    const Task task = given.info.task;
    if (setup.config.given("task") && setup.config.text("task") != to_string(task))
        log(LogLevel::warning, fmt::format("task={}: {} is a model for {}, which is what is trained",
                                           setup.config.text("task"), model, to_string(task)));
    setup.config.set("task", std::string(to_string(task)));
    if (!setup.state) {
        for (const std::string& line : options_without_effect(setup.config, Mode::train, task))
            log(LogLevel::warning, line);
    }
    warn_without_effect(setup.config, task, log);

    setup.spec = data::load_dataset_spec(setup.config.text("data"), task, setup.settings.datasets_dir, log);
    setup.stride = std::max(given.info.max_stride(), 32);
    if (!setup.config.given("imgsz") && task == Task::classify) setup.config.set("imgsz", std::int64_t{224});
    setup.imgsz = training_size(setup.config, setup.stride, log);
    setup.train_set = open_split(setup, "train", true, log);
    setup.val_set = open_split(setup, setup.config.text("split"), false, log);
    setup.batch = std::min(training_batch(setup.config, log), static_cast<int>(setup.train_set->size()));
    check_last_batch(setup);
    setup.model = start_model(setup.config, std::move(given), setup.spec, setup.settings, log);
    setup.model.info.imgsz = setup.imgsz;
    setup.folder = run_folder(setup.config, task, "train", setup.settings.runs_dir);
    return setup;
}

data::LoaderOptions train_loader_options(const TrainSetup& setup, const LogSink& log) {
    const Config& config = setup.config;
    const int batches = (static_cast<int>(setup.train_set->size()) + setup.batch - 1) / setup.batch;
    const int workers = std::min({usable_processors(), static_cast<int>(config.integer("workers")), batches});
    data::LoaderOptions options;
    options.training = true;
    options.imgsz = setup.imgsz;
    options.batch = setup.batch;
    options.stride = setup.stride;
    options.rect = config.flag("rect");
    options.workers = batches > 1 ? std::max(workers, 0) : 0;
    options.seed = static_cast<std::uint64_t>(config.integer("seed"));
    options.cache = picture_cache(config);
    options.mask_ratio = static_cast<int>(config.integer("mask_ratio"));
    options.overlap_mask = config.flag("overlap_mask");
    options.augmentation = augmentation(config);
    options.log = log;
    return options;
}

LearningPlan learning_plan(const TrainSetup& setup, int batches, const LogSink& log) {
    const Config& config = setup.config;
    const auto nbs = static_cast<int>(config.integer("nbs"));
    const auto epochs = static_cast<int>(config.integer("epochs"));
    const train::OptimizerChoice asked = {.name = train::optimizer_name(config.text("optimizer")),
                                          .learning_rate = config.number("lr0"),
                                          .momentum = config.number("momentum"),
                                          .warmup_bias_lr = config.number("warmup_bias_lr")};
    const train::OptimizerChoice chosen =
        train::choose_optimizer(asked, setup.model.info.class_count(),
                                train::planned_iterations(static_cast<std::int64_t>(setup.train_set->size()),
                                                          setup.batch, nbs, epochs));
    log(LogLevel::info,
        fmt::format("optimizer: {}(lr={}, momentum={})", chosen.name, chosen.learning_rate, chosen.momentum));

    train::LearnerOptions options = learner_options(config);
    options.optimizer = chosen.name;
    options.learning_rate = chosen.learning_rate;
    options.momentum = chosen.momentum;
    options.weight_decay = train::effective_weight_decay(config.number("weight_decay"), setup.batch, nbs);
    options.frozen = train::frozen_names(config.get("freeze"), setup.model.graph);
    options.kpt_sigmas = setup.spec.kpt_oks_sigmas;
    options.precision = asked_precision(config);
    if (config.number("cls_pw") > 0 && setup.spec.task != Task::classify)
        options.class_weights = train::class_weights(
            objects_per_class(*setup.train_set, setup.model.info.class_count()), config.number("cls_pw"));

    return {std::move(options),
            train::Schedule({.epochs = epochs,
                             .batches = batches,
                             .batch = setup.batch,
                             .nbs = nbs,
                             .lrf = config.number("lrf"),
                             .cosine = config.flag("cos_lr"),
                             .warmup_epochs = config.number("warmup_epochs"),
                             .warmup_momentum = config.number("warmup_momentum"),
                             .warmup_bias_lr = chosen.warmup_bias_lr,
                             .start_momentum = chosen.momentum,
                             .momentum = config.number("momentum"),
                             .timed = !config.get("time").is_null()}),
            chosen};
}

}  // namespace yolo::modes
