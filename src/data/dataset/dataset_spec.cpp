// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_spec.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "data/dataset/class_folders.hpp"
#include "data/dataset/dataset_fields.hpp"
#include "data/dataset/label_numbers.hpp"
#include "data/known_datasets.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

fs::path absolute_path(const fs::path& path) {
    fs::path normal = fs::absolute(path).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

void refuse_url(const std::string& data) {
    if (data.find("://") == std::string::npos) return;
    throw Error(
        fmt::format("data={} is an address: nothing is downloaded, fetch the data set yourself and "
                    "give its YAML file or folder",
                    data));
}

/// The one YAML file of a folder, or the one that is named like it; empty when there is none.
fs::path yaml_of_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const std::string suffix = lower_suffix(entry.path());
        if ((suffix == "yaml" || suffix == "yml") && is_file(entry.path())) files.push_back(entry.path());
    }
    if (error) throw Error(fmt::format("cannot read the folder '{}': {}", folder.string(), error.message()));
    if (files.size() <= 1) return files.empty() ? fs::path() : files.front();
    const auto own_name = [&](const fs::path& file) { return file.stem() == folder.filename(); };
    const auto found = std::find_if(files.begin(), files.end(), own_name);
    if (found != files.end()) return *found;
    throw Error(fmt::format("there are {} YAML files in '{}': give the one of the data set", files.size(),
                            folder.string()));
}

struct YamlText {
    fs::path file;  ///< where it stands; of a data set that is known by name, that name
    std::string text;
};

/// The YAML that `data` leads to: a file, a name without suffix, a folder, a name that is known.
YamlText find_yaml(const std::string& data, const fs::path& datasets_dir) {
    const fs::path given = expand_home(data);
    fs::path without_yaml;
    for (const fs::path& base : {fs::path(), datasets_dir}) {
        for (const char* suffix : {"", ".yaml", ".yml"}) {
            const fs::path candidate = base / (given.string() + suffix);
            fs::path yaml;
            if (is_folder(candidate)) {
                yaml = yaml_of_folder(absolute_path(candidate));
                if (yaml.empty() && without_yaml.empty()) without_yaml = candidate;
            } else if (is_file(candidate)) {
                yaml = absolute_path(candidate);
            }
            if (!yaml.empty()) return {yaml, read_text(yaml)};
        }
    }
    for (const ShippedFile& known : known_datasets()) {
        if (given == known.name || given.string() + ".yaml" == known.name)
            return {fs::path(known.name), std::string(known.text)};
    }
    if (!without_yaml.empty())
        throw Error(fmt::format("there is no YAML file in the folder '{}'", without_yaml.string()));
    throw Error(fmt::format("there is no data set '{}': it is neither a YAML file or folder here nor in '{}'",
                            data, datasets_dir.string()));
}

fs::path find_class_root(const std::string& data, const fs::path& datasets_dir) {
    const fs::path given = expand_home(data);
    for (const fs::path& candidate : {given, datasets_dir / given}) {
        if (is_folder(candidate)) return absolute_path(candidate);
        if (!is_file(candidate)) continue;
        throw Error(
            fmt::format("data={} is a file: classify needs a folder with train/ and val/, each with "
                        "one folder of pictures per class",
                        data));
    }
    throw Error(fmt::format("there is no folder '{}' here nor in '{}'", data, datasets_dir.string()));
}

/// The place under a root; when it is not there and begins with "../", the same without it.
fs::path place_under(const fs::path& root, const std::string& place) {
    const fs::path path = absolute_path(root / expand_home(place));
    std::error_code ignored;
    if (!fs::exists(path, ignored) && place.starts_with("../")) {
        const fs::path inside = absolute_path(root / place.substr(3));
        if (fs::exists(inside, ignored)) return inside;
    }
    return path;
}

std::vector<fs::path> places_under(const fs::path& root, const std::vector<std::string>& places) {
    std::vector<fs::path> paths;
    for (const std::string& place : places) paths.push_back(place_under(root, place));
    return paths;
}

/// Each split leads under the first root where it exists; the first of these is the data set's root.
void resolve_splits(DatasetSpec& spec, const std::map<std::string, std::vector<std::string>>& splits) {
    const auto exists = [](const fs::path& path) {
        std::error_code ignored;
        return fs::exists(path, ignored);
    };
    for (const auto& [name, places] : splits) {
        for (const fs::path& root : spec.roots_tried) {
            auto paths = places_under(root, places);
            if (!std::all_of(paths.begin(), paths.end(), exists)) continue;
            if (spec.root.empty()) spec.root = root;
            spec.splits[name] = std::move(paths);
            break;
        }
    }
    if (spec.root.empty()) spec.root = spec.roots_tried.front();
    for (const auto& [name, places] : splits) {
        if (!spec.splits.contains(name)) spec.splits[name] = places_under(spec.root, places);
    }
}

void find_roots(DatasetSpec& spec, const std::string& path, const fs::path& datasets_dir) {
    const fs::path root = expand_home(path);
    const auto add = [&](const fs::path& candidate) {
        auto& roots = spec.roots_tried;
        if (std::find(roots.begin(), roots.end(), candidate) == roots.end()) roots.push_back(candidate);
    };
    add(absolute_path(spec.file.parent_path() / root));  // an absolute root replaces the folder
    if (root.is_absolute() || path.empty()) return;
    add(absolute_path(root));
    add(absolute_path(datasets_dir / root));
}

void rename_validation(std::map<std::string, std::vector<std::string>>& splits, const LogSink& log,
                       const std::string& file) {
    const auto old = splits.find("validation");
    if (old == splits.end()) return;
    if (!splits.contains("val")) {
        splits["val"] = old->second;
        if (log) log(LogLevel::warning, fmt::format("'{}': validation is taken as val", file));
    }
    splits.erase("validation");
}

DatasetSpec read_yaml_spec(const YamlText& given, Task task, const fs::path& datasets_dir,
                           const LogSink& log) {
    const auto& [file, text] = given;
    if (!is_utf8(text)) throw Error(fmt::format("'{}' is not UTF-8 text", file.string()));
    const Json yaml = parse_yaml(text, file.string());
    const DatasetFields fields(yaml, file.string());
    DatasetSpec spec;
    spec.task = task;
    spec.file = file;
    std::map<std::string, std::vector<std::string>> splits;
    for (const char* name : {"train", "val", "validation", "test", "minival"}) {
        if (auto places = fields.places(name); !places.empty()) splits[name] = std::move(places);
    }
    rename_validation(splits, log, file.string());
    if (splits.empty()) {
        throw Error(fmt::format("'{}' names no pictures: it needs the keys train and val", file.string()));
    }
    fields.read_facts(spec);
    find_roots(spec, fields.text("path"), datasets_dir);
    resolve_splits(spec, splits);
    return spec;
}

}  // namespace

DatasetSpec load_dataset_spec(const std::string& data, Task task, const fs::path& datasets_dir,
                              const LogSink& log) {
    if (data.empty()) throw UsageError("no data set is given: write data=FILE.yaml");
    refuse_url(data);
    if (task == Task::classify) return read_class_folders(find_class_root(data, datasets_dir), log);
    return read_yaml_spec(find_yaml(data, datasets_dir), task, datasets_dir, log);
}

}  // namespace yolo::data
