// SPDX-License-Identifier: Apache-2.0
#include "modes/validation/options.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "image/picture_sizes.hpp"
#include "inference/options.hpp"
#include "modes/batch_choice.hpp"
#include "modes/loading_options.hpp"
#include "options/device.hpp"

namespace yolo::modes {

namespace {

data::LoaderOptions loader_options(const Config& config, const ModelInfo& info, const LogSink& log) {
    const int stride = std::max(info.max_stride(), smallest_stride);
    data::LoaderOptions options;
    options.training = false;
    options.imgsz = input_side(config, stride, log);
    options.batch = batch_size(config);
    options.stride = stride;
    options.channels = info.channels;
    options.rect = config.flag("rect") && info.task != Task::classify;
    // Reading takes a small part of a picture's time: half of the processors are more than it needs.
    const int readers = std::max(threads_of(config) / 2, 1);
    options.workers = std::clamp(static_cast<int>(config.integer("workers")), 0, readers);
    options.cache = picture_cache(config);
    options.mask_ratio = static_cast<int>(config.integer("mask_ratio"));
    options.overlap_mask = config.flag("overlap_mask");
    options.log = log;
    return options;
}

evaluation::DetectOptions detect_options(const Config& config, const ModelInfo& info) {
    evaluation::DetectOptions options;
    options.conf = config.get("conf").is_null() ? evaluation::default_val_conf(info.task)
                                                : static_cast<float>(config.number("conf"));
    options.iou = static_cast<float>(config.number("iou"));
    options.max_det = static_cast<int>(config.integer("max_det"));
    options.agnostic = config.flag("agnostic_nms");
    options.single_cls = config.flag("single_cls");
    options.full_masks = config.flag("save_json") || config.flag("save_txt");
    return options;
}

}  // namespace

void refuse_impossible_val(const Config& config) {
    compute_on(config);
    const std::string match = config.text("match");
    if (match != "name" && match != "number")
        throw UsageError(fmt::format("match={} is unknown: classes are matched by name or by number", match));
    if (config.text("data").empty()) refuse_without_data();
}

void warn_without_effect_val(const Config& config, Task task, const LogSink& log) {
    if (task == Task::classify) {
        for (const char* key : {"save_json", "save_txt", "visualize"}) {
            if (config.flag(key))
                log(LogLevel::warning,
                    fmt::format("{}=True has no effect here: validation of classify has no objects to write",
                                key));
        }
    }
    const std::string bits = config.text("quantize");
    if (!bits.empty() && bits != "16" && bits != "32")
        log(LogLevel::warning,
            fmt::format(
                "quantize={} has no effect in val: a checkpoint runs in 32 bits, or 16 with half=True",
                bits));
    const Value& fraction = config.get("fraction");
    const std::string split = config.text("split");
    const bool for_train_only = !std::holds_alternative<ValueList>(fraction) && !fraction.is_null();
    if (for_train_only && config.given("fraction") && as_number(fraction) != 1 && split != "train")
        log(LogLevel::warning, fmt::format("fraction={0} has no effect on the split {1}: one number is for "
                                           "train, a list for [train,val,test]",
                                           to_string(fraction), split));
}

evaluation::ValidatorOptions validator_options(const Config& config, const ModelInfo& info,
                                               const LogSink& log, const engines::EngineTraits& traits) {
    evaluation::ValidatorOptions options;
    options.loader = loader_options(config, info, log);
    if (traits.fixed_size()) options.loader.shape = Size{traits.height, traits.width};
    options.detect = detect_options(config, info);
    options.default_max_det = !config.given("max_det");
    options.confusion = config.flag("plots");
    options.threads = threads_of(config);
    options.log = log;
    return options;
}

ValEngine val_engine(const Config& config, inference::Session& session) {
    const Compute compute = compute_on(config);
    ValEngine engine{.request = {.engine = compute.engine,
                                 .precision = compute.precision,
                                 .threads = 1,
                                 .embed = {},
                                 .device = compute.device}};
    // Engines that spread one run over their threads, and files that compute several pictures at once, want
    // whole batches; others run a picture per core.
    engine.concurrent = !session.engine_entry(engine.request).whole_batches &&
                        session.fixed_traits(engine.request).batch <= 1;
    if (!engine.concurrent) engine.request.threads = threads_of(config);
    return engine;
}

engines::EngineTraits judged_shape(const Config& given, const ModelInfo& info, engines::EngineTraits traits) {
    const std::optional<Size> asked = inference::parse_imgsz(given.get("imgsz"));
    const bool exact = given.given("rect") && !given.flag("rect") && given.given("imgsz") && asked;
    if (traits.fixed_size() || !exact || asked->height == asked->width) return traits;
    const int stride = std::max(info.max_stride(), smallest_stride);
    traits.height = image::input_side(asked->height, stride);
    traits.width = image::input_side(asked->width, stride);
    return traits;
}

void fit_to_file(Config& config, const Config& given, const engines::EngineTraits& traits,
                 const LogSink& log) {
    if (!traits.fixed_size()) return;
    const std::int64_t side = std::max(traits.height, traits.width);
    const std::optional<Size> asked = inference::parse_imgsz(given.get("imgsz"));
    if (given.given("imgsz") && asked && std::max(asked->height, asked->width) != side)
        log(LogLevel::warning, fmt::format("imgsz={} has no effect: the model was exported for [{}, {}]",
                                           to_string(given.get("imgsz")), traits.height, traits.width));
    config.set("imgsz", side);
    config.set("rect", false);
}

bool val_augments(const Config& config, const ModelInfo& info, const engines::EngineTraits& traits,
                  const LogSink& log) {
    if (!config.flag("augment")) return false;
    const std::string problem = inference::augment_problem(info, traits);
    if (!problem.empty()) log(LogLevel::warning, problem);
    return problem.empty();
}

void check_keypoints(const ModelInfo& info, const data::DatasetSpec& spec) {
    if (info.task != Task::pose || info.kpt_shape[0] == spec.kpt_shape[0]) return;
    throw Error(fmt::format("the model finds {} keypoints, '{}' labels {} (kpt_shape): they must agree",
                            info.kpt_shape[0], spec.file.string(), spec.kpt_shape[0]));
}

void check_classes(const Config& config, const data::DatasetSpec& spec) {
    if (spec.task == Task::classify) return;
    const int last = spec.class_count() - 1;
    for (const int id : config.integers("classes")) {
        if (id >= 0 && id <= last) continue;
        throw UsageError(
            fmt::format("classes={} is not possible: '{}' has {}", id, spec.file.string(),
                        last == 0 ? "the class 0 alone" : fmt::format("the classes 0 to {}", last)));
    }
}

}  // namespace yolo::modes
