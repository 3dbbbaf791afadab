// SPDX-License-Identifier: Apache-2.0
#include "modes/loading_options.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/threads.hpp"
#include "image/picture_sizes.hpp"
#include "inference/options.hpp"

namespace yolo::modes {

bool is_false(const Value& value) {
    const std::string text = to_string(value);
    return value.is_null() || text == "false" || text == "False";
}

double as_number(const Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    throw UsageError(fmt::format("'{}' is not a number", to_string(value)));
}

Config with_remembered(Config config, const ModelInfo& info, const Json& metadata) {
    const Json args = metadata.is_object() ? metadata.value("train_args", Json::object()) : Json::object();
    if (!config.given("imgsz")) config.set("imgsz", std::int64_t{info.imgsz});
    if (!args.is_object()) return config;
    if (!config.given("data") && args.contains("data") && args["data"].is_string())
        config.set("data", args["data"].get<std::string>());
    if (!config.given("single_cls") && args.contains("single_cls") && args["single_cls"].is_boolean())
        config.set("single_cls", args["single_cls"].get<bool>());
    return config;
}

data::UnpackOptions unpack_options(const Settings& settings, const CommandContext& context) {
    return {.datasets_dir = settings.datasets_dir,
            .cancelled = context.cancelled,
            .progress = context.progress,
            .log = context.log};
}

data::DatasetSpec load_data(const Config& config, Task task, const Settings& settings, bool remembered,
                            const CommandContext& context) {
    try {
        const std::string data =
            data::unpacked_dataset(config.text("data"), unpack_options(settings, context));
        return data::load_dataset_spec(data, task, settings.datasets_dir, context.log);
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        if (!remembered) throw;
        throw Error(
            fmt::format("{} (so the model remembers it from its training: give data=)", error.what()));
    }
}

int input_side(const Config& config, int stride, const LogSink& log) {
    const std::optional<Size> size = inference::parse_imgsz(config.get("imgsz"));
    const int asked = size ? std::max(size->height, size->width) : 640;
    if (size && size->height != size->width)
        log(LogLevel::warning, fmt::format("imgsz={}: training and validation take one side: using {}",
                                           to_string(config.get("imgsz")), asked));
    const int side = image::input_side(asked, stride);
    if (side != asked)
        log(LogLevel::warning, fmt::format("imgsz={} must be a multiple of the model's stride {}: using {}",
                                           asked, stride, side));
    return side;
}

int threads_of(const Config& config) {
    return compute_threads(static_cast<int>(config.integer("threads")));
}

data::DatasetOptions dataset_options(const Config& config, const std::string& split, bool training,
                                     const CommandContext& context) {
    return {.split = split,
            .training = training,
            .single_cls = config.flag("single_cls"),
            .classes = config.integers("classes"),
            .fraction = split_fraction(config, split),
            .threads = threads_of(config),
            .write_cache = true,
            .progress = scan_progress(context, split),
            .cancelled = context.cancelled,
            .log = context.log};
}

void refuse_without_data() {
    throw UsageError("no data set is given: write data=FILE.yaml (classify: a folder of class folders)");
}

data::PictureCache picture_cache(const Config& config) {
    const Value& value = config.get("cache");
    const std::string text = to_string(value);
    if (is_false(value)) return data::PictureCache::none;
    if (text == "true" || text == "True" || text == "ram") return data::PictureCache::ram;
    if (text == "disk") return data::PictureCache::disk;
    throw UsageError(fmt::format("cache={} is unknown: use True or ram, disk, or False", text));
}

double split_fraction(const Config& config, const std::string& split) {
    const Value& value = config.get("fraction");
    if (value.is_null()) return 1;
    if (const auto* list = std::get_if<ValueList>(&value)) {
        const std::size_t place = split == "train" ? 0 : split == "val" ? 1 : 2;
        return place < list->size() ? as_number((*list)[place]) : 1;
    }
    return split == "train" ? as_number(value) : 1;
}

std::function<void(std::size_t, std::size_t)> scan_progress(const CommandContext& context,
                                                            const std::string& split) {
    if (!context.progress) return {};
    return [&context, split](std::size_t done, std::size_t total) {
        context.progress(done < total ? fmt::format("Verifying {}: {}/{}", split, done, total) : "");
    };
}

}  // namespace yolo::modes
