// SPDX-License-Identifier: Apache-2.0
#include "modes/training/setup.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pt_file.hpp"
#include "core/mix.hpp"
#include "core/threads.hpp"
#include "modes/loading_options.hpp"
#include "modes/training/options.hpp"
#include "modes/training/resume.hpp"
#include "modes/training/start_model.hpp"
#include "train/class_weights.hpp"
#include "train/freeze.hpp"
#include "train/optimizer_choice.hpp"

namespace yolo::modes {

namespace {

std::shared_ptr<const data::Dataset> open_split(const TrainSetup& setup, const std::string& split,
                                                bool training, const CommandContext& context) {
    const Config& config = setup.config;
    return data::open_dataset(setup.spec,
                              {.split = split,
                               .training = training,
                               .single_cls = config.flag("single_cls"),
                               .classes = config.integers("classes"),
                               .fraction = split_fraction(config, split),
                               .threads = compute_threads(static_cast<int>(config.integer("threads"))),
                               .write_cache = true,
                               .progress = scan_progress(context, split),
                               .cancelled = context.cancelled,
                               .log = context.log});
}

[[noreturn]] void refuse_channels(const data::DatasetSpec& spec) {
    throw Error(
        fmt::format("'{}': channels={} is not possible: training reads pictures as three colours; leave "
                    "channels out (grey pictures are read too)",
                    spec.file.string(), spec.channels));
}

/// A training goes on with the classes that its network has outputs for.
void check_same_classes(const TrainSetup& setup, const ModelInfo& trained) {
    const int classes = setup.config.flag("single_cls") ? 1 : setup.spec.class_count();
    if (classes == trained.class_count()) return;
    throw Error(
        fmt::format("resume: the training has {} classes, '{}' has {}: give the data set that it began with",
                    trained.class_count(), setup.spec.file.string(), classes));
}

[[noreturn]] void refuse_without_data() {
    throw UsageError("no data set is given: write data=FILE.yaml (classify: a folder of class folders)");
}

/// A checkpoint may remember its data set; without one, nothing has to be read to see that it is missing.
void require_data(const TrainSetup& setup) {
    const std::filesystem::path model = setup.config.text("model");
    std::error_code absent;
    const bool is_file = std::filesystem::is_regular_file(model, absent) ||
                         std::filesystem::is_regular_file(setup.settings.weights_dir / model, absent);
    if (setup.config.text("data").empty() && (!is_file || is_description(model.string())))
        refuse_without_data();
}

bool remembers_training(const checkpoint::Checkpoint& model) {
    const Json args = model.metadata.is_object() ? model.metadata.value("train_args", Json()) : Json();
    return args.is_object() && args.contains("imgsz");
}

/// A last batch of one picture cannot be normalised when the smallest map has one pixel.
void check_last_batch(const TrainSetup& setup) {
    const auto pictures = static_cast<int>(setup.train_set->size());
    const int last = pictures % setup.batch == 0 ? setup.batch : pictures % setup.batch;
    const double share = setup.config.number("multi_scale");
    const auto smallest = static_cast<int>(setup.imgsz * (1 - share));
    if (last == 1 && smallest < 2 * setup.stride) {
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
    const std::optional<std::filesystem::path> file = resumed_file(setup.config, log);
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
    require_data(setup);
    const std::string model = training_model_name(setup.config, log);
    setup.config.set("model", model);
    checkpoint::Checkpoint given =
        checkpoint::load(checkpoint::find_weights(model, setup.settings.weights_dir), log);
    if (!setup.state && remembers_training(given))
        setup.config = with_remembered(std::move(setup.config), given.info, given.metadata);
    const bool remembered_data = !config.given("data");
    if (setup.config.text("data").empty()) refuse_without_data();
    const Task task = given.info.task;
    if (setup.config.given("task") && setup.config.text("task") != to_string(task))
        log(LogLevel::warning, fmt::format("task={}: {} is a model for {}, which is what is trained",
                                           setup.config.text("task"), model, to_string(task)));
    setup.config.set("task", std::string(to_string(task)));
    if (!setup.state) {
        for (const std::string& line : options_without_effect(setup.config, Mode::train, task))
            log(LogLevel::warning, line);
    }
    refuse_impossible(setup.config, task);
    setup.batch = batch_size(setup.config, log);
    train::frozen_names(setup.config.get("freeze"), given.graph);
    warn_without_effect(setup.config, task, log);

    setup.spec = load_data(setup.config, task, setup.settings, remembered_data, context);
    if (setup.spec.channels != 3) refuse_channels(setup.spec);
    if (setup.state) check_same_classes(setup, given.info);
    setup.stride = std::max(given.info.max_stride(), smallest_stride);
    if (!setup.config.given("imgsz") && task == Task::classify) setup.config.set("imgsz", std::int64_t{224});
    setup.imgsz = input_side(setup.config, setup.stride, log);
    setup.train_set = open_split(setup, "train", true, context);
    setup.val_set = open_split(setup, setup.config.text("split"), false, context);
    check_last_batch(setup);
    setup.model = start_model(setup.config, std::move(given), setup.spec, setup.settings, log);
    setup.model.info.imgsz = setup.imgsz;
    return setup;
}

data::LoaderOptions train_loader_options(const TrainSetup& setup, const LogSink& log) {
    const Config& config = setup.config;
    const auto pictures = static_cast<int>(setup.train_set->size());
    const int batches = (pictures + setup.batch - 1) / setup.batch;
    const int workers = std::min({usable_processors(), static_cast<int>(config.integer("workers")), batches});
    data::LoaderOptions options;
    options.training = true;
    options.imgsz = setup.imgsz;
    options.batch = std::min(setup.batch, pictures);
    options.stride = setup.stride;
    options.rect = config.flag("rect") && setup.spec.task != Task::classify;
    options.workers = batches > 1 ? std::max(workers, 0) : 0;
    options.seed = static_cast<std::uint64_t>(config.integer("seed"));
    options.cache = picture_cache(config);
    options.mask_ratio = static_cast<int>(config.integer("mask_ratio"));
    options.overlap_mask = config.flag("overlap_mask");
    options.augmentation = augmentation(config);
    options.log = log;
    return options;
}

int validation_batch(const TrainSetup& setup) {
    return setup.spec.task == Task::obb ? setup.batch : 2 * setup.batch;
}

ValidatorOptions training_validation(const TrainSetup& setup, const LogSink& log) {
    const Config& config = setup.config;
    ValidatorOptions options;
    options.loader = {.training = false,
                      .imgsz = setup.imgsz,
                      .batch = validation_batch(setup),
                      .stride = setup.stride,
                      .rect = setup.spec.task != Task::classify,
                      .workers = 1,
                      .seed = 0,
                      .cache = data::PictureCache::none,
                      .mask_ratio = static_cast<int>(config.integer("mask_ratio")),
                      .overlap_mask = config.flag("overlap_mask"),
                      .augmentation = {},
                      .log = log};
    options.detect = {.conf = default_val_conf(setup.spec.task),
                      .iou = static_cast<float>(config.number("iou")),
                      .max_det = static_cast<int>(config.integer("max_det")),
                      .agnostic = false,
                      .single_cls = config.flag("single_cls"),
                      .full_masks = false};
    options.default_max_det = !config.given("max_det");
    options.threads = compute_threads(static_cast<int>(config.integer("threads")));
    return options;
}

int drawn_size(const TrainSetup& setup, std::uint64_t global_batch) {
    const double share = setup.config.number("multi_scale");
    const int imgsz = setup.imgsz, stride = setup.stride;
    if (share <= 0 || setup.spec.task == Task::classify) return imgsz;
    const int low = std::max(stride, static_cast<int>(std::floor(imgsz * (1 - share))));
    const int high = static_cast<int>(std::floor(imgsz * (1 + share) + stride));
    const auto seed = static_cast<std::uint64_t>(setup.config.integer("seed"));
    const std::uint64_t draw = mix_bits((mix_bits(seed + mix_step) ^ global_batch) + mix_step);
    const int size = low + static_cast<int>(draw % static_cast<std::uint64_t>(std::max(high - low, 1)));
    return size / stride * stride;
}

LearningPlan learning_plan(const TrainSetup& setup, int batches, const LogSink& log) {
    const Config& config = setup.config;
    const auto nbs = static_cast<int>(config.integer("nbs"));
    const auto epochs = static_cast<int>(config.integer("epochs"));
    const train::OptimizerChoice asked = {.name = train::optimizer_name(config.text("optimizer")),
                                          .learning_rate = config.number("lr0"),
                                          .momentum = config.number("momentum"),
                                          .warmup_bias_lr = config.number("warmup_bias_lr")};
    const std::int64_t iterations = train::planned_iterations(
        static_cast<std::int64_t>(setup.train_set->size()), setup.batch, nbs, epochs);
    const Json then = setup.state ? setup.state->progress.value("optimizer", Json()) : Json();
    const train::OptimizerChoice chosen =
        then.is_object() ? train::optimizer_choice(then)
                         : train::choose_optimizer(asked, setup.model.info.class_count(), iterations);
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
