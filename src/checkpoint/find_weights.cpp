// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/model_info.hpp>

#include "checkpoint/checkpoint.hpp"
#include "core/files.hpp"

namespace yolo::checkpoint {

namespace fs = std::filesystem;

namespace {

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

/// Where a file of this name comes from, as far as it can be told.
std::string way_to_get(const fs::path& path) {
    const std::string name = path.filename().string(), suffix = lower_suffix(path);
    for (const char* family :
         {"yolo11", "yolo12", "yolo26", "yolov9", "yolov10", "rtdetr", "sam", "FastSAM"}) {
        if (name.starts_with(family))
            return "this version reads models of the family YOLOv8 (yolov8n.pt ...); put one";
    }
    if (!suffix.empty() && suffix != "pt" && suffix != "safetensors")
        return "this version reads .pt and .safetensors, builds .yaml, and runs what yolo export writes; put "
               "one";
    return "download it from the release page of the model's makers or train your own with 'yolo train', and "
           "put it";
}

}  // namespace

fs::path find_weights(const std::string& name, const fs::path& weights_dir) {
    if (is_file(name)) return name;
    const fs::path path = model_file_name(name);
    const std::string suffix = lower_suffix(path);
    if (suffix == "yaml" || suffix == "yml") return path;  // a description may be one of those that ship
    for (const fs::path& candidate : {path, weights_dir / path}) {
        if (is_file(candidate)) return candidate;
    }
    if (name.find("://") != std::string::npos) {
        throw Error(fmt::format(
            "'{}' is a network address: models are never downloaded, so fetch it and give its path", name));
    }
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) throw Error(fmt::format("'{}' is a folder, not a model", name));
    if (fs::exists(path, ignored)) throw Error(fmt::format("'{}' is not a regular file, so no model", name));
    if (path.has_parent_path())
        throw Error(fmt::format("there is no model '{}': check the path", path.string()));
    throw Error(fmt::format("'{0}' is neither a file here nor in '{1}': {2} into '{1}' or give its path",
                            path.string(), weights_dir.string(), way_to_get(path)));
}

}  // namespace yolo::checkpoint
