// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/find_dataset.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/archive.hpp"
#include "data/dataset/foreign_path.hpp"
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

bool is_yaml(const fs::path& path) {
    const std::string suffix = lower_suffix(path);
    return (suffix == "yaml" || suffix == "yml") && is_file(path);
}

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error))
        entries.push_back(entry->path());
    if (error)
        throw Error(fmt::format("cannot read the folder '{}': {}", shown(folder.string()), error.message()));
    std::sort(entries.begin(), entries.end());
    return entries;
}

/// The one YAML file of a folder, or the one that is named like it; empty when there is none.
fs::path yaml_of_folder(const fs::path& folder) {
    std::vector<fs::path> files = entries_of(folder);
    std::erase_if(files, [](const fs::path& path) { return !is_yaml(path); });
    if (files.size() <= 1) return files.empty() ? fs::path() : files.front();
    const auto own_name = [&](const fs::path& file) { return file.stem() == folder.filename(); };
    const auto found = std::find_if(files.begin(), files.end(), own_name);
    if (found != files.end()) return *found;
    throw Error(fmt::format("there are {} YAML files in '{}': give the one of the data set, as '{}'",
                            files.size(), shown(folder.string()), shown(files.front().string())));
}

/// Where the YAML of a folder without one may be: one folder deeper, or in an archive; "" when it is not.
std::string what_else_is_in(const fs::path& folder) {
    std::string archive;
    for (const fs::path& entry : entries_of(folder)) {
        std::error_code unreadable;
        const fs::directory_iterator inside(entry, unreadable);
        for (const fs::directory_entry& file : is_folder(entry) ? inside : fs::directory_iterator()) {
            if (is_yaml(file.path())) return fmt::format(", but there is '{}'", shown(file.path().string()));
        }
        if (archive.empty() && is_file(entry) && is_archive(entry)) archive = entry.filename().string();
    }
    return archive.empty()
               ? ""
               : fmt::format(": unpack '{}', which is in it, or give that as data=", shown(archive));
}

[[noreturn]] void refuse(const std::string& data, const fs::path& datasets_dir) {
    if (data.starts_with('{') || data.find('\n') != std::string::npos)
        throw Error("data= is the path of a data set's YAML file, not its text");
    const std::string unpacked = is_archive(data) ? ", and no such archive is" : "";
    throw Error(
        fmt::format("there is no data set '{}': it is neither a YAML file or folder here nor in '{}'{}",
                    shown(data), shown(datasets_dir.string()), unpacked));
}

}  // namespace

fs::path absolute_path(const fs::path& path) {
    std::error_code error;
    const fs::path whole = fs::absolute(path, error);
    if (error)
        throw Error(fmt::format("'{}' starts from the current folder, which cannot be used: {}",
                                shown(path.string()), error.message()));
    fs::path normal = whole.lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

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
            if (const std::string kind = lower_suffix(yaml); kind == "rar" || kind == "7z")
                throw Error(
                    fmt::format("'{}' is an archive that is not read: unpack it, or pack it as zip or tar",
                                shown(yaml.string())));
            if (!yaml.empty()) return {yaml, read_text(yaml)};
        }
    }
    for (const ShippedFile& known : known_datasets()) {
        if (given == known.name || given.string() + ".yaml" == known.name)
            return {fs::path(known.name), std::string(known.text)};
    }
    if (without_yaml.empty()) refuse(data, datasets_dir);
    throw Error(fmt::format("there is no YAML file in the folder '{}'{}", shown(without_yaml.string()),
                            what_else_is_in(without_yaml)));
}

fs::path find_class_root(const std::string& data, const fs::path& datasets_dir) {
    const fs::path given = expand_home(data);
    for (const fs::path& candidate : {given, datasets_dir / given}) {
        if (is_folder(candidate)) return absolute_path(candidate);
        if (!is_file(candidate)) continue;
        throw Error(
            fmt::format("data={} is a file: classify needs a folder with train/ and val/, each with "
                        "one folder of pictures per class",
                        shown(data)));
    }
    throw Error(
        fmt::format("there is no folder '{}' here nor in '{}'", shown(data), shown(datasets_dir.string())));
}

}  // namespace yolo::data
