// SPDX-License-Identifier: Apache-2.0
#include "modes/training/options.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/processor.hpp"
#include "data/classify/policy.hpp"
#include "modes/loading_options.hpp"
#include "options/config_effect.hpp"
#include "options/device.hpp"
#include "options/plot_options.hpp"
#include "train/learner_agreement.hpp"
#include "train/optimizer_choice.hpp"

namespace yolo::modes {

namespace {

/// Says that a key which somebody set to something else than its default changes nothing.
class NoEffect {
  public:
    NoEffect(const Config& config, const LogSink& log) : config_(config), log_(log) {}

    void operator()(const char* key, std::string_view why) const {
        if (was_changed(config_, key))
            log_(LogLevel::warning, fmt::format("{}={} has no effect {}", key, config_.text(key), why));
    }

  private:
    const Config& config_;
    const LogSink& log_;
};

}  // namespace

void refuse_impossible(const Config& config, Task task) {
    if (!config.get("distill_model").is_null())
        throw UsageError(
            "distill_model is not possible: this version trains without a teacher; leave it out");
    if (!config.get("augmentations").is_null())
        throw UsageError(
            "augmentations is not possible: a list of Python objects means nothing here; use the "
            "keys of docs/options.md (hsv_h, degrees, ...)");
    if (task == Task::classify && std::holds_alternative<ValueList>(config.get("scale")))
        throw UsageError(
            "scale is not possible as a pair in classify: it is the share of the picture's area that a "
            "crop may leave out; write scale=0.5");
    // Before the data set is read, which takes its time: whatever these refuse.
    train::optimizer_name(config.text("optimizer"));
    picture_cache(config);
    asked_precision(config);
    augmentation(config);
    plot_options(config);
    if (task == Task::classify) data::parse_policy(config.text("auto_augment"));
}

void warn_without_effect(const Config& config, Task task, const LogSink& log) {
    const NoEffect no_effect(config, log);
    const bool classify = task == Task::classify;
    if (config.text("amp") == "fp16" && training_device(config) == "cpu")
        no_effect("amp", "on a processor, which computes in fp32 or bf16: amp=True takes the faster");
    if (!config.flag("val")) no_effect("patience", "with val=False: no epoch is judged");
    if (!config.flag("save")) no_effect("save_period", "with save=False");
    if (config.number("copy_paste") == 0) no_effect("copy_paste_mode", "without copy_paste=");
    if (config.number("warmup_epochs") == 0) {
        for (const char* key : {"warmup_momentum", "warmup_bias_lr"}) no_effect(key, "with warmup_epochs=0");
    }
    if (classify && data::parse_policy(config.text("auto_augment")) != data::Policy::none) {
        for (const char* key : {"hsv_h", "hsv_s", "hsv_v"})
            no_effect(key, fmt::format("with auto_augment={}, which has its own colours (auto_augment=None)",
                                       config.text("auto_augment")));
    }
    if (!classify && config.flag("rect")) {
        for (const char* key : {"mosaic", "mixup", "cutmix"})
            if (config.number(key) > 0) no_effect(key, "with rect=True");
    }
    const int epochs = static_cast<int>(config.integer("epochs"));
    const int closing = static_cast<int>(config.integer("close_mosaic"));
    if (!classify && !config.flag("rect") && config.number("mosaic") > 0 && closing > 0 &&
        epochs <= closing) {
        log(LogLevel::warning,
            fmt::format(
                "mosaic is never on: epochs={} is not above close_mosaic={}; close_mosaic=0 keeps it on",
                epochs, closing));
    }
}

void warn_without_labels(const Config& config, const data::Dataset& dataset, const LogSink& log) {
    const NoEffect no_effect(config, log);
    const data::DatasetSpec& spec = dataset.spec();
    if (spec.task == Task::pose && spec.kpt_shape[1] == 2)
        no_effect("kobj", "without a visibility of each keypoint (kpt_shape: [N, 3])");
    const bool pastes = spec.task == Task::detect || spec.task == Task::segment;
    if (!pastes || config.number("copy_paste") == 0) return;
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        if (!dataset.labels(i).polygons.empty()) return;
    }
    no_effect("copy_paste", "without outlines: the labels are boxes");
}

void warn_without_use(const Config& config, const train::OptimizerChoice& chosen, const LogSink& log) {
    const NoEffect no_effect(config, log);
    if (train::optimizer_name(config.text("optimizer")) == "auto") {
        const std::string why =
            fmt::format("with optimizer=auto, which chooses {}: name an optimizer", chosen.name);
        no_effect("lr0", why);
        no_effect("warmup_bias_lr", why);
        if (!train::has_momentum(chosen.name)) no_effect("momentum", why);
    }
    if (!train::has_momentum(chosen.name))
        no_effect("warmup_momentum", fmt::format("with {}, whose betas stay", chosen.name));
}

data::Augmentation augmentation(const Config& config) {
    data::Augmentation a;
    a.hsv_h = config.number("hsv_h");
    a.hsv_s = config.number("hsv_s");
    a.hsv_v = config.number("hsv_v");
    a.degrees = config.number("degrees");
    a.translate = config.number("translate");
    a.shear = config.number("shear");
    a.perspective = config.number("perspective");
    if (const auto* range = std::get_if<ValueList>(&config.get("scale"))) {
        a.scale = {as_number(range->at(0)), as_number(range->at(1))};
    } else {
        a.scale = {1 - config.number("scale"), 1 + config.number("scale")};
    }
    a.flipud = config.number("flipud");
    a.fliplr = config.number("fliplr");
    a.bgr = config.number("bgr");
    a.mosaic = config.number("mosaic");
    a.mixup = config.number("mixup");
    a.cutmix = config.number("cutmix");
    a.copy_paste = config.number("copy_paste");
    a.copy_paste_mode = config.text("copy_paste_mode");
    if (a.copy_paste_mode != "flip" && a.copy_paste_mode != "mixup")
        throw UsageError(fmt::format("copy_paste_mode={} is unknown: use flip or mixup", a.copy_paste_mode));
    a.auto_augment = config.text("auto_augment");
    a.erasing = config.number("erasing");
    return a;
}

train::LearnerOptions learner_options(const Config& config) {
    train::LearnerOptions options;
    options.gains = {.box = config.number("box"),
                     .cls = config.number("cls"),
                     .dfl = config.number("dfl"),
                     .pose = config.number("pose"),
                     .kobj = config.number("kobj"),
                     .angle = config.number("angle")};
    options.overlap_mask = config.flag("overlap_mask");
    options.dropout = config.number("dropout");
    options.threads = threads_of(config);
    options.seed = static_cast<std::uint64_t>(config.integer("seed"));
    options.device = training_device(config);
    return options;
}

Precision asked_precision(const Config& config) {
    const std::string amp = to_string(config.get("amp"));
    const std::string device = training_device(config);
    if (amp == "false" || amp == "False" || amp == "fp32" || config.get("amp").is_null())
        return Precision::fp32;
    if (device != "cpu") {
        const Gpu gpu = gpu_of(device);
        if (amp == "bf16" && gpu.capability > 0 && !gpu.has_bf16())
            throw UsageError(fmt::format(
                "amp=bf16 is not possible: the {} computes in fp16 and fp32 only; use amp=True", gpu.name));
        return amp == "bf16" ? Precision::bf16 : Precision::fp16;
    }
    if (amp == "bf16" && !processor_has_bf16())
        throw UsageError(
            "amp=bf16 is not possible: this processor has no bf16 instructions; use amp=True or leave "
            "it out");
    return processor_has_bf16() && amp != "fp16" ? Precision::bf16 : Precision::fp32;
}

bool amp_is_free(const Config& config) {
    const std::string amp = to_string(config.get("amp"));
    return amp == "true" || amp == "True";
}

void choose_precision(train::Learner& learner, const data::Batch& batch, bool free, const LogSink& log) {
    const Precision mixed = learner.precision();
    if (mixed == Precision::fp32) return;
    const bool agrees = learner.precision_agrees(batch);
    if (!free) {
        if (!agrees)
            log(LogLevel::warning,
                fmt::format(
                    "AMP: {0} changes the results of this network on this machine, and amp={0} keeps it: "
                    "amp=False is exact",
                    to_string(mixed)));
        return;
    }
    const train::PrecisionChoice choice =
        train::choose_precision(mixed, agrees, agrees ? learner.precision_speedup(batch) : 1);
    learner.set_precision(choice.precision);
    log(choice.level, choice.line);
}

}  // namespace yolo::modes
