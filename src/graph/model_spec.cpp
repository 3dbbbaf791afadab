// SPDX-License-Identifier: Apache-2.0
#include "graph/model_spec.hpp"

#include <algorithm>
#include <regex>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "graph/shipped_models.hpp"

namespace yolo::graph {

namespace {

struct ScaledName {
    std::string scale;     ///< "n", or "" when the name has no letter
    std::string unscaled;  ///< the file name without the letter
};

ScaledName split_name(std::string name) {
    static const std::regex p6(R"(^(yolov8[nslmx])6(\.ya?ml)$)");  // yolov8x6.yaml is yolov8x-p6.yaml
    static const std::regex letter(R"(yolo(e-)?v?\d+([nslmx]))");
    name = std::regex_replace(name, p6, "$1-p6$2");
    std::smatch match;
    const std::string stem = std::filesystem::path(name).stem().string();
    if (!std::regex_search(stem, match, letter)) return {"", name};
    return {match[2].str(), std::string(name).erase(static_cast<std::size_t>(match.position(2)), 1)};
}

std::string shipped_names() {
    std::string names;
    for (const ShippedFile& model : shipped_models())
        names += (names.empty() ? "" : ", ") + std::string(model.name);
    return names;
}

Json read_description(const std::filesystem::path& path, const std::string& unscaled) {
    if (std::filesystem::exists(path)) return read_yaml(path);
    const std::filesystem::path beside = path.parent_path() / unscaled;
    if (std::filesystem::exists(beside)) return read_yaml(beside);
    const auto shipped = shipped_models();
    const auto found = std::find_if(shipped.begin(), shipped.end(),
                                    [&unscaled](const ShippedFile& model) { return model.name == unscaled; });
    if (found != shipped.end()) return parse_yaml(found->text, std::string(found->name));
    throw Error(fmt::format(
        "there is no model description '{}'; give a file, or one of those that ship: {} (with a scale "
        "letter, as in yolov8n.yaml)",
        path.string(), shipped_names()));
}

}  // namespace

ModelSpec read_model_spec(const std::filesystem::path& path, std::string* warning) {
    const std::string file = path.filename().string();
    const ScaledName name = split_name(file);
    ModelSpec spec{read_description(path, name.unscaled), name.scale, file};
    if (!spec.yaml.is_object() || !spec.yaml.contains("backbone") || !spec.yaml.contains("head")) {
        const bool is_dataset =
            spec.yaml.is_object() && (spec.yaml.contains("train") || spec.yaml.contains("names"));
        throw Error(fmt::format(
            "{} is not a model description: {}", path.string(),
            is_dataset ? "it describes a data set, so it is given as data= and the model as model="
                       : "the keys backbone and head are needed"));
    }
    const Json scales = spec.yaml.value("scales", Json());
    if (!scales.is_object() || scales.empty()) {
        spec.scale.clear();
    } else if (spec.scale.empty()) {
        const Json given = spec.yaml.value("scale", Json());
        spec.scale = given.is_string() ? given.get<std::string>() : scales.begin().key();
        if (warning && !given.is_string()) {
            *warning = fmt::format("{} names no scale: '{}' is used", file, spec.scale);
        }
    }
    return spec;
}

}  // namespace yolo::graph
