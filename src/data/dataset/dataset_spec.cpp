// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_spec.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/json.hpp"
#include "data/dataset/class_folders.hpp"
#include "data/dataset/dataset_fields.hpp"
#include "data/dataset/find_dataset.hpp"
#include "data/dataset/foreign_path.hpp"
#include "data/dataset/split_places.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

void refuse_address(const std::string& data) {
    if (data.find("://") == std::string::npos) return;
    throw Error(
        fmt::format("data={} is an address: nothing is downloaded, fetch the data set yourself and "
                    "give its YAML file or folder",
                    shown(data)));
}

void rename_validation(SplitPlaces& splits, const LogSink& log, const std::string& file) {
    const auto old = splits.find("validation");
    if (old == splits.end()) return;
    if (!splits.contains("val")) {
        splits["val"] = old->second;
        if (log) log(LogLevel::warning, fmt::format("'{}': validation is taken as val", file));
    }
    splits.erase("validation");
}

/// What is allowed, and mostly a slip.
void warn_about_slips(const Json& yaml, const DatasetSpec& spec, const std::string& file,
                      const LogSink& log) {
    if (!log) return;
    const auto warn = [&](const std::string& text) {
        log(LogLevel::warning, fmt::format("'{}', key names: {}", file, text));
    };
    const Json names = yaml.value("names", Json());
    for (const auto& [index, name] : names.items()) {
        if (name.is_boolean())
            warn(fmt::format(
                "class {} is called {}, which is how YAML reads yes, no, on and off without quotes", index,
                name.get<bool>() ? "True" : "False"));
    }
    const auto& all = *spec.names;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto first = static_cast<std::size_t>(std::find(all.begin(), all.end(), all[i]) - all.begin());
        if (first < i)
            return warn(fmt::format("the classes {} and {} are both called '{}'", first, i, all[i]));
    }
}

DatasetSpec read_yaml_spec(const YamlText& given, Task task, const fs::path& datasets_dir,
                           const LogSink& log) {
    const std::string file = shown(given.file.string());
    const std::string problem = encoding_problem(given.text);
    if (!problem.empty()) throw Error(fmt::format("'{}': {}", file, problem));
    std::vector<std::string> repeated;
    const Json yaml = parse_yaml(given.text, file, &repeated);
    const DatasetFields fields(yaml, file);
    DatasetSpec spec;
    spec.task = task;
    spec.file = given.file;
    SplitPlaces splits;
    for (const char* name : {"train", "val", "validation", "test", "minival"}) {
        if (auto places = fields.places(name); !places.empty()) splits[name] = std::move(places);
    }
    rename_validation(splits, log, file);
    fields.read_keys(spec);
    if (splits.empty()) {
        throw Error(fmt::format("'{}' names no pictures: it needs the keys train and val{}", file,
                                near_names("train", spec.unread_keys)));
    }
    fields.read_facts(spec);
    resolve_splits(spec, splits, fields.text("path"), datasets_dir);
    for (const std::string& key : repeated) {
        if (log)
            log(LogLevel::warning, fmt::format("'{}': {} is there twice, the last one counts", file, key));
    }
    warn_about_slips(yaml, spec, file, log);
    return spec;
}

}  // namespace

DatasetSpec load_dataset_spec(const std::string& data, Task task, const fs::path& datasets_dir,
                              const LogSink& log) {
    if (data.empty()) throw UsageError("no data set is given: write data=FILE.yaml");
    refuse_address(data);
    if (task == Task::classify) return read_class_folders(find_class_root(data, datasets_dir), log);
    return read_yaml_spec(find_yaml(data, datasets_dir), task, datasets_dir, log);
}

}  // namespace yolo::data
