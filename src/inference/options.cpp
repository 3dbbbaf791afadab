// SPDX-License-Identifier: Apache-2.0
#include "inference/options.hpp"

#include <cmath>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "image/picture_sizes.hpp"
#include "inference/pipeline.hpp"
#include "options/device.hpp"

namespace yolo::inference {

namespace {

/// Largest side that is accepted: far above what any model is used at, far below what overflows.
constexpr int largest_side = 32768;

void warn(const LogSink& log, const std::string& text) {
    if (log) log(LogLevel::warning, text);
}

void require(bool fits, const char* key, const std::string& value, const char* rule) {
    if (!fits) throw UsageError(fmt::format("{}={} is not possible: {}", key, value, rule));
}

int checked_side(const Value& value, const std::string& text) {
    double side = 0;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        side = static_cast<double>(*integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
        side = *number;
    } else {
        throw UsageError(fmt::format("imgsz={} is not a size: give one number, or [height,width]", text));
    }
    if (side < 1 || side > largest_side || side != std::floor(side)) {
        throw UsageError(
            fmt::format("imgsz={} is not a size: give whole numbers from 1 to {}", text, largest_side));
    }
    return static_cast<int>(side);
}

}  // namespace

std::optional<Size> parse_imgsz(const Value& value) {
    if (value.is_null()) return std::nullopt;
    const std::string text = to_string(value);
    if (const auto* list = std::get_if<ValueList>(&value)) {
        if (list->size() == 1) return parse_imgsz(list->front());
        if (list->size() != 2)
            throw UsageError(fmt::format("imgsz={} is not a size: give one number, or [height,width]", text));
        return Size{checked_side(list->at(0), text), checked_side(list->at(1), text)};
    }
    const int side = checked_side(value, text);
    return Size{side, side};
}

PredictOptions predict_options(const Config& config) {
    PredictOptions options;
    options.device = device_option(compute_on(config).device);
    if (!config.get("conf").is_null()) options.conf = static_cast<float>(config.number("conf"));
    options.iou = static_cast<float>(config.number("iou"));
    options.max_det = static_cast<int>(config.integer("max_det"));
    if (config.given("imgsz")) options.imgsz = parse_imgsz(config.get("imgsz"));
    options.rect = !config.given("rect") || config.flag("rect");
    options.half = is_half(config);
    options.batch = config.given("batch") ? static_cast<int>(config.integer("batch")) : 1;
    options.threads = static_cast<int>(config.integer("threads"));
    options.augment = config.flag("augment");
    options.agnostic_nms = config.flag("agnostic_nms");
    options.classes = config.integers("classes");
    options.retina_masks = config.flag("retina_masks");
    options.embed = config.integers("embed");
    options.vid_stride = static_cast<int>(config.integer("vid_stride"));
    options.stream_buffer = config.flag("stream_buffer");
    return options;
}

namespace {

/// The model's stride decides which sizes are possible.
Size possible_size(const PredictOptions& options, const ModelInfo& info, const LogSink& log) {
    const Size asked = options.imgsz.value_or(Size{info.imgsz, info.imgsz});
    require(
        asked.height >= 1 && asked.width >= 1 && asked.height <= largest_side && asked.width <= largest_side,
        "imgsz", fmt::format("[{}, {}]", asked.height, asked.width),
        "sides are whole numbers from 1 to 32768");
    const Size size{image::input_side(asked.height, info.max_stride()),
                    image::input_side(asked.width, info.max_stride())};
    if (!(size == asked)) {
        warn(log, fmt::format("imgsz=[{}, {}] must be a multiple of the model's stride {}: using [{}, {}]",
                              asked.height, asked.width, info.max_stride(), size.height, size.width));
    }
    return size;
}

/// An exported file has one size.
Size fixed_size(const PredictOptions& options, const engines::EngineTraits& traits, const LogSink& log) {
    const Size size{traits.height, traits.width};
    if (options.imgsz && !(*options.imgsz == size))
        warn(log, fmt::format("imgsz=[{}, {}] has no effect: the model was exported for [{}, {}]",
                              options.imgsz->height, options.imgsz->width, size.height, size.width));
    return size;
}

}  // namespace

PredictOptions checked_options(PredictOptions options, const ModelInfo& info, const LogSink& log,
                               const engines::EngineTraits& traits) {
    require(options.conf >= 0 && options.conf <= 1, "conf", fmt::format("{}", options.conf),
            "it is a number from 0 to 1");
    require(options.iou >= 0 && options.iou <= 1, "iou", fmt::format("{}", options.iou),
            "it is a number from 0 to 1");
    require(options.max_det >= 1, "max_det", fmt::format("{}", options.max_det), "it is 1 or more");
    require(options.batch >= 1, "batch", fmt::format("{}", options.batch), "prediction needs 1 or more");
    require(options.vid_stride >= 1, "vid_stride", fmt::format("{}", options.vid_stride), "it is 1 or more");
    require(options.threads >= 0, "threads", fmt::format("{}", options.threads), "it is 0 (all) or more");
    for (const int id : options.classes) {
        require(id >= 0 && id < info.class_count(), "classes", fmt::format("{}", id),
                fmt::format("this model has the classes 0 to {}", info.class_count() - 1).c_str());
    }

    options.imgsz =
        traits.fixed_size() ? fixed_size(options, traits, log) : possible_size(options, info, log);

    const std::string no_augment = augment_problem(info, traits, !options.embed.empty());
    if (options.augment && !no_augment.empty()) {
        warn(log, no_augment);
        options.augment = false;
    }
    return options;
}

std::string augment_problem(const ModelInfo& info, const engines::EngineTraits& traits, bool embeds) {
    if (info.task != Task::detect || embeds)
        return fmt::format("augment=True has no effect here: it is for detection, this is {}",
                           embeds ? "embed=" : to_string(info.task));
    if (traits.fixed_size() || traits.output != OutputForm::decoded)
        return "augment=True has no effect here: it needs a model of free size that leaves the suppression "
               "to us";
    return "";
}

PredictOptions checked_options(PredictOptions options, Session& session, const std::string& engine,
                               const LogSink& log) {
    if (!options.embed.empty()) session.model().weights_for("embed");
    engines::EngineTraits traits;
    if (session.model().file) traits = session.fixed_traits(engine_request(options, engine));
    return checked_options(std::move(options), session.info(), log, traits);
}

}  // namespace yolo::inference
