// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/pictures.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "modes/loading_options.hpp"

namespace yolo::modes {

namespace {

constexpr const char* calibrating_split = "val";

data::LoaderOptions loader_options(const ModelInfo& info, const ExportOptions& options, const LogSink& log) {
    return {.training = false,
            .imgsz = std::max(options.size.height, options.size.width),
            .batch = options.batch,
            .stride = std::max(info.max_stride(), smallest_stride),
            .channels = info.channels,
            .shape = Size{options.size.height, options.size.width},
            .workers = 1,
            .log = log};
}

}  // namespace

ExportPictures export_pictures(const Config& given, const checkpoint::Checkpoint& model,
                               const ExportOptions& options, const Settings& settings,
                               const CommandContext& context) {
    const Config config = with_remembered(given, model.info, model.metadata);
    const bool remembered = !given.given("data");
    const std::string name = config.text("data");
    if (name.empty())
        throw UsageError(
            "8 bits need pictures to choose their ranges by: write data=FILE.yaml (classify: a folder of "
            "class folders)");
    if (remembered && context.log)
        context.log(LogLevel::warning,
                    fmt::format("no data= is given: the ranges of 8 bits are chosen by the pictures that the "
                                "model remembers from its training, {}",
                                name));
    const data::DatasetSpec spec = load_data(config, model.info.task, settings, remembered, context);
    data::check_split(spec, calibrating_split);
    data::DatasetOptions opening = dataset_options(config, calibrating_split, false, context);
    const Value& fraction = config.get("fraction");
    if (!fraction.is_null() && !std::holds_alternative<ValueList>(fraction))
        opening.fraction = as_number(fraction);
    const LogSink quiet = [](LogLevel, std::string_view) {};
    ExportPictures pictures;
    pictures.classes = evaluation::judged_classes(config, model.info, spec, quiet);
    pictures.dataset = data::open_dataset(evaluation::numbered_as(spec, pictures.classes), opening);
    pictures.loader = loader_options(model.info, options, context.log);
    return pictures;
}

}  // namespace yolo::modes
