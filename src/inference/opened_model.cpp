// SPDX-License-Identifier: Apache-2.0
#include "inference/opened_model.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/class_names.hpp"
#include "engines/exported/model_info.hpp"

namespace yolo::inference {

namespace {

namespace fs = std::filesystem;

void name_for_people(ModelInfo& info) {
    if (!info.names) return;
    info.names = std::make_shared<const std::vector<std::string>>(data::readable_class_names(*info.names));
}

/// Where an exported model lies: as it is called, or in `weights_dir`.
fs::path find_exported(const fs::path& name, const fs::path& weights_dir) {
    std::error_code ignored;
    for (const fs::path& path : {name, weights_dir / name}) {
        if (fs::exists(path, ignored)) return path;
    }
    return checkpoint::find_weights(name.string(), weights_dir);  // says that there is none
}

[[noreturn]] void refuse_exported(const std::string& purpose, const std::string& path,
                                  std::string_view format) {
    throw UsageError(
        fmt::format("{} needs a model's weights, and '{}' is an exported model (format {}), for predict "
                    "and val alone: give the .pt or .safetensors that it was made from",
                    purpose, path, format));
}

}  // namespace

OpenedModel::OpenedModel(checkpoint::Checkpoint given)
    : info(given.info), metadata(given.metadata), checkpoint(std::move(given)) {
    name_for_people(info);
    checkpoint->info = info;
}

OpenedModel::OpenedModel(engines::ExportedFile given, std::optional<Task> task)
    : info(engines::info_from_metadata(given.metadata, given.path.string(), task)), file(std::move(given)) {
    name_for_people(info);
    for (const auto& [key, value] : file->metadata) metadata[key] = value;
}

std::string_view OpenedModel::kind() const {
    return file ? std::string_view(file->format) : engines::network_kind;
}

const checkpoint::Checkpoint& OpenedModel::weights_for(const std::string& purpose) const {
    if (!checkpoint) refuse_exported(purpose, file->path.string(), file->format);
    return *checkpoint;
}

OpenedModel open_model(const std::string& given, const Settings& settings, const OpenOptions& options) {
    const fs::path name = expand_home(given);
    if (const engines::ExportedFormat* format = engines::format_of_name(name.string(), options.formats))
        return {engines::open_exported(find_exported(name, settings.weights_dir), *format), options.task};
    return checkpoint::load(checkpoint::find_weights(name.string(), settings.weights_dir), options.log);
}

checkpoint::Checkpoint open_checkpoint(const std::string& name, const std::string& purpose,
                                       const Settings& settings, const LogSink& log) {
    if (const engines::ExportedFormat* format = engines::format_of_name(name))
        refuse_exported(purpose, name, format->name);
    return std::move(*open_model(name, settings, {.log = log}).checkpoint);
}

std::optional<Task> named_task(const Config& config) {
    if (!config.given("task")) return std::nullopt;
    return parse_task(config.text("task"));
}

}  // namespace yolo::inference
