// SPDX-License-Identifier: Apache-2.0
#include "modes/training/setup.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pt_file.hpp"
#include "core/mix.hpp"
#include "core/threads.hpp"
#include "inference/session.hpp"
#include "modes/batch_choice.hpp"
#include "modes/loading_options.hpp"
#include "modes/run_folder.hpp"
#include "modes/training/batch_probe.hpp"
#include "modes/training/options.hpp"
#include "modes/training/resume.hpp"
#include "modes/training/start_model.hpp"
#include "options/device.hpp"
#include "train/class_weights.hpp"
#include "train/freeze.hpp"
#include "train/optimizer_choice.hpp"

namespace yolo::modes {

namespace {

/// A training goes on with the classes that its network has outputs for.
void check_same_classes(const TrainSetup& setup, const ModelInfo& trained) {
    const int classes = setup.config.flag("single_cls") ? 1 : setup.spec.class_count();
    if (classes == trained.class_count()) return;
    throw Error(
        fmt::format("resume: the training has {} classes, '{}' has {}: give the data set that it began with",
                    trained.class_count(), setup.spec.file.string(), classes));
}

bool is_here(const std::string& data, Task task, const Settings& settings) {
    try {
        const data::DatasetSpec spec = data::load_dataset_spec(data, task, settings.datasets_dir, {});
        std::error_code absent;
        return std::filesystem::exists(spec.splits.at("train").front(), absent);
    } catch (const Error&) {
        return false;
    }
}

/// The small set that the field tries things out on, if somebody has put it here.
void choose_data(TrainSetup& setup, Task task, const LogSink& log) {
    const std::string name = task == Task::segment    ? "coco8-seg.yaml"
                             : task == Task::pose     ? "coco8-pose.yaml"
                             : task == Task::obb      ? "dota8.yaml"
                             : task == Task::classify ? "imagenet10"
                                                      : "coco8.yaml";
    if (!is_here(name, task, setup.settings)) refuse_without_data();
    setup.config.set("data", name);
    log(LogLevel::warning, fmt::format("no data set is given: training on {}", name));
}

bool remembers_training(const checkpoint::Checkpoint& model) {
    const Json args = model.metadata.is_object() ? model.metadata.value("train_args", Json()) : Json();
    return args.is_object() && args.contains("imgsz");
}

/// The batch nearest to `batch` whose last one holds more than one of several pictures.
int nearest_batch(int pictures, int batch) {
    for (int away = 1;; ++away) {
        for (const int other : {batch + away, batch - away}) {
            if (other > 1 && pictures % other != 1) return other;
        }
    }
}

/// A last batch of one picture cannot be normalised when the smallest map has one pixel.
void check_last_batch(const TrainSetup& setup) {
    const auto pictures = static_cast<int>(setup.train_set->size());
    const double share = setup.spec.task == Task::classify ? 0 : setup.config.number("multi_scale");
    const auto smallest = static_cast<int>(setup.imgsz * (1 - share));
    const int needed = 2 * setup.stride;
    const bool one_is_left = setup.batch == 1 || pictures % setup.batch == 1;
    if (!one_is_left || smallest >= needed) return;
    std::string advice;
    if (pictures > 1) advice = fmt::format("batch={} or ", nearest_batch(pictures, setup.batch));
    if (share < 1) {
        const auto strides = static_cast<int>(std::ceil(needed / (1 - share) / setup.stride - 1e-9));
        advice += fmt::format("imgsz={} would do", strides * setup.stride);
    } else {
        advice += "a smaller multi_scale would do";
    }
    throw UsageError(fmt::format(
        "{}, too few for batch normalisation at {} pixels{}: {}",
        pictures == 1 ? std::string("there is only one picture to train on")
        : setup.batch == 1
            ? std::string("with batch=1 each batch holds one picture")
            : fmt::format("of {} pictures batch={} leaves one for the last batch", pictures, setup.batch),
        std::max(smallest, setup.stride), share > 0 ? fmt::format(" (multi_scale={})", share) : "", advice));
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

checkpoint::ResumePoint resume_point(const Config& config, const std::filesystem::path& file,
                                     const LogSink& log) {
    try {
        return checkpoint::read_training_state(file, log);
    } catch (const checkpoint::FinishedModel&) {
        const Json header = checkpoint::load(file).metadata;
        const Json then = header.is_object() ? header.value("train_args", Json::object()) : Json::object();
        const bool known =
            !config.given("epochs") && then.is_object() && then.value("epochs", Json()).is_number();
        throw Error(nothing_to_resume(file, known ? json_text(then["epochs"]) : config.text("epochs")));
    }
}

void read_resumed(TrainSetup& setup, const LogSink& log) {
    const std::optional<std::filesystem::path> file = resumed_file(setup.config, log);
    if (!file) return;
    checkpoint::ResumePoint point = resume_point(setup.config, *file, log);
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

/// Before the data set is read: results will have a place, and nothing of others is in their way.
void open_folder(TrainSetup& setup, Task task, const LogSink& log) {
    const std::filesystem::path& runs_dir = setup.settings.runs_dir;
    setup.files = setup.state
                      ? reopen_run_folder(setup.config, task, setup.config.text("resume"), runs_dir, log)
                      : open_run_folder(setup.config, task, "train", runs_dir, log);
    setup.files->refuse_foreign_folder("weights");
    for (const char* name : {"args.yaml", "results.csv", "weights/last.pt", "weights/best.pt"})
        setup.files->refuse_foreign(name);
    const bool each_period = setup.config.integer("save_period") > 0;
    for (std::int64_t epoch = 0; each_period && epoch < setup.config.integer("epochs"); ++epoch)
        setup.files->refuse_foreign(fmt::format("weights/epoch{}.pt", epoch));
}

}  // namespace

TrainSetup set_up_training(const Config& config, const CommandContext& context, bool write_caches) {
    const LogSink& log = context.log;
    TrainSetup setup;
    setup.config = config;
    setup.settings = load_settings(log);
    read_resumed(setup, log);
    const std::string model = training_model_name(setup.config, log);
    setup.config.set("model", model);
    checkpoint::Checkpoint given = inference::open_checkpoint(model, "train", setup.settings, log);
    if (!setup.state && remembers_training(given))
        setup.config = with_remembered(std::move(setup.config), given.info, given.metadata);
    const bool remembered_data = !config.given("data");
    const Task task = given.info.task;
    if (setup.config.text("data").empty()) choose_data(setup, task, log);
    if (setup.config.given("task") && setup.config.text("task") != to_string(task))
        log(LogLevel::warning, fmt::format("task={}: {} is a model for {}, which is what is trained",
                                           setup.config.text("task"), model, to_string(task)));
    setup.config.set("task", std::string(to_string(task)));
    if (!setup.state) {
        for (const std::string& line : options_without_effect(setup.config, Mode::train, task))
            log(LogLevel::warning, line);
    }
    if (const std::string device = training_device(setup.config); device != "cpu")
        setup.config.set("device", device_option(device));  // -1 is one GPU from here on
    refuse_impossible(setup.config, task);
    const std::optional<double> memory = memory_share(setup.config);
    if (!memory) setup.batch = batch_size(setup.config);
    train::frozen_names(setup.config.get("freeze"), given.graph);
    warn_without_effect(setup.config, task, log);
    open_folder(setup, task, log);
    setup.spec = load_data(setup.config, task, setup.settings, remembered_data, context);
    if (setup.state) check_same_classes(setup, given.info);
    setup.stride = std::max(given.info.max_stride(), smallest_stride);
    if (!setup.config.given("imgsz") && task == Task::classify) setup.config.set("imgsz", std::int64_t{224});
    setup.imgsz = input_side(setup.config, setup.stride, log);
    for (const std::string& split : {std::string("train"), setup.config.text("split")})
        data::check_split(setup.spec, split);  // before a picture is verified
    const auto open_split = [&](const std::string& split, bool training) {
        data::DatasetOptions options = dataset_options(setup.config, split, training, context);
        options.write_cache = write_caches;
        return data::open_dataset(setup.spec, options);
    };
    setup.train_set = open_split("train", true);
    warn_without_labels(setup.config, *setup.train_set, log);
    setup.val_set = open_split(setup.config.text("split"), false);
    Config start = setup.config;
    if (setup.state) start.set("pretrained", true);  // all weights are in the checkpoint itself
    setup.model = start_model(start, std::move(given), setup.spec, setup.settings, log);
    setup.model.info.imgsz = setup.imgsz;
    if (memory) choose_batch(setup, *memory, log);
    check_last_batch(setup);
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
    options.channels = setup.model.info.channels;
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

evaluation::ValidatorOptions training_validation(const TrainSetup& setup, const LogSink& log) {
    const Config& config = setup.config;
    evaluation::ValidatorOptions options;
    options.loader = {.training = false,
                      .imgsz = setup.imgsz,
                      .batch = validation_batch(setup),
                      .stride = setup.stride,
                      .channels = setup.model.info.channels,
                      .rect = setup.spec.task != Task::classify,
                      .workers = 1,
                      .seed = 0,
                      .cache = data::PictureCache::none,
                      .mask_ratio = static_cast<int>(config.integer("mask_ratio")),
                      .overlap_mask = config.flag("overlap_mask"),
                      .augmentation = {},
                      .log = log};
    options.detect = {.conf = evaluation::default_val_conf(setup.spec.task),
                      .iou = static_cast<float>(config.number("iou")),
                      .max_det = static_cast<int>(config.integer("max_det")),
                      .agnostic = false,
                      .single_cls = config.flag("single_cls"),
                      .full_masks = false};
    options.default_max_det = options.detect.max_det == evaluation::DetectOptions().max_det;
    options.threads = threads_of(config);
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
    if (!setup.state) warn_without_use(config, chosen, log);

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
