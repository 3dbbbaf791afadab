// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/quantize.hpp"

#include <chrono>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/threads.hpp"
#include "export/common/calibration.hpp"
#include "inference/value_pass.hpp"
#include "modes/loading_options.hpp"

namespace yolo::modes {

namespace {

constexpr std::size_t enough_pictures = 300;

/// "Calibrating: 34/72, 12 s left"
std::function<void(std::size_t, std::size_t)> progress_of(const CommandContext& context) {
    if (!context.progress) return {};
    return [&context, start = std::chrono::steady_clock::now()](std::size_t done, std::size_t all) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        const double left = spent.count() / static_cast<double>(done) * static_cast<double>(all - done);
        context.progress(done < all ? fmt::format("Calibrating: {}/{}, {:.0f} s left", done, all, left) : "");
    };
}

/// The pictures to calibrate with: data's, or those that the model was trained with.
std::shared_ptr<const data::Dataset> calibration_pictures(const Config& given, const QuantizeSubject& subject,
                                                          const CommandContext& context) {
    const Config config = with_remembered(given, subject.model.info, subject.model.metadata);
    const std::string name = config.text("data");
    if (name.empty())
        throw UsageError(
            "8 bits need pictures to choose their ranges by: write data=FILE.yaml (classify: a folder of "
            "class "
            "folders)");
    if (!given.given("data") && context.log)
        context.log(LogLevel::warning,
                    fmt::format("no data= is given: the ranges of 8 bits are chosen by the pictures that the "
                                "model was trained with, {}",
                                name));
    const data::DatasetSpec spec =
        load_data(config, subject.model.info.task, subject.settings, !given.given("data"), context);
    data::DatasetOptions options = dataset_options(config, "val", false, context);
    const Value& fraction = config.get("fraction");
    if (!fraction.is_null() && !std::holds_alternative<ValueList>(fraction))
        options.fraction = as_number(fraction);
    data::check_split(spec, options.split);
    return data::open_dataset(spec, options);
}

}  // namespace

Quantized quantize(const Config& config, const QuantizeSubject& subject, const CommandContext& context) {
    const auto pictures = calibration_pictures(config, subject, context);
    const LogSink log = context.log ? context.log : [](LogLevel, std::string_view) {};
    if (pictures->size() < enough_pictures)
        log(LogLevel::warning, fmt::format("calibration has {} pictures: {} or more are advised",
                                           pictures->size(), enough_pictures));
    const ModelInfo& info = subject.model.info;
    const graph::InputSize size = subject.options.size;
    data::LoaderOptions loader{.training = false,
                               .imgsz = std::max(size.height, size.width),
                               .batch = 1,
                               .stride = std::max(info.max_stride(), smallest_stride),
                               .channels = info.channels,
                               .shape = Size{size.height, size.width},
                               .workers = 1,
                               .log = log};
    exports::Calibration calibration(subject.network, {});
    const std::size_t seen =
        inference::show_values(subject.network, pictures, loader,
                               {.values = calibration.values(),
                                .see = [&](std::size_t i, const Tensor& map) { calibration.see(i, map); },
                                .progress = progress_of(context),
                                .cancelled = context.cancelled,
                                .threads = compute_threads(static_cast<int>(config.integer("threads")))});
    log(LogLevel::info,
        fmt::format("calibrated with {} pictures of {}", seen, pictures->spec().file.string()));
    return {calibration.plan()};
}

}  // namespace yolo::modes
