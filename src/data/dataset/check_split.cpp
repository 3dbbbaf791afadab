// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/check_split.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "data/dataset.hpp"
#include "data/dataset/dataset_fields.hpp"
#include "data/dataset/foreign_path.hpp"
#include "data/dataset/list_file.hpp"
#include "data/dataset/picture_list.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

std::string in_quotes(const fs::path& path) {
    return "'" + shown(path.string()) + "'";
}

/// Keys that look like the split's name.
std::string near_keys(const DatasetSpec& spec, const std::string& split) {
    std::vector<std::string> keys = spec.unread_keys;
    for (const auto& [name, places] : spec.splits) keys.push_back(name);
    return near_names(split, keys);
}

[[noreturn]] void refuse_absent_split(const DatasetSpec& spec, const std::string& split) {
    std::vector<std::string> names;
    for (const auto& [name, places] : spec.splits) names.push_back(name);
    const auto& empty = spec.empty_keys;
    std::string advice = near_keys(spec, split);
    if (std::find(empty.begin(), empty.end(), split) != empty.end()) {
        advice = fmt::format(" (its key {} says nothing)", split);
    } else if (advice.empty() && split == "val" && spec.splits.contains("train")) {
        advice = fmt::format("; add {}, or give split=train to validate on the pictures of training",
                             spec.task == Task::classify ? "a folder val" : "the key val");
    }
    throw Error(fmt::format("{} has no split {}: it has {}{}", in_quotes(spec.file), shown(split),
                            fmt::join(names, ", "), advice));
}

/// A name beside the one that is not there that looks like it.
std::string near_neighbours(const fs::path& place) {
    constexpr std::size_t enough = 1000;
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator entry(place.parent_path(), error);
    for (; !error && entry != fs::directory_iterator() && names.size() < enough; entry.increment(error))
        names.push_back(entry->path().filename().string());
    return near_names(place.filename().string(), names);
}

/// What people write that leads nowhere, "" when it is none of it.
std::string known_mistake(const DatasetSpec& spec, const fs::path& place) {
    const std::string text = place.string();
    std::error_code ignored;
    if (is_address(text)) return "it is an address, and nothing is downloaded: fetch the pictures yourself";
    if (is_windows_path(spec.root.string()))
        return "its path is one of another computer, correct the key path, or remove it if the pictures are "
               "beside the YAML file";
    if (is_windows_path(text))
        return "it is a path of another computer, write it from the YAML file's folder, as images/train";
    if (fs::is_symlink(fs::symlink_status(place, ignored)))
        return "it is a link to something that is not there";
    if (text.find_first_of("*?") != std::string::npos) return "patterns are not read, name the folder";
    if (place.filename().string().starts_with('[') || text.find("/['") != std::string::npos)
        return "a list is written without quotes around it: [a, b]";
    if (text.ends_with('\'') || text.ends_with('"')) return "there is a quote too many at its end";
    if (text.ends_with(' ')) return "there is a blank at its end";
    if (text.find('$') != std::string::npos)
        return "variables are not replaced in it, write the path out, or ~/";
    return "";
}

std::string absent_place_text(const DatasetSpec& spec, const std::string& split, const fs::path& place) {
    const std::string text =
        fmt::format("{}, split {}: {} is not there", in_quotes(spec.file), split, in_quotes(place));
    if (const std::string mistake = known_mistake(spec, place); !mistake.empty())
        return text + ": " + mistake;
    if (const std::string near = near_neighbours(place); !near.empty()) return text + near;
    std::vector<std::string> roots;
    for (const fs::path& root : spec.roots_tried) roots.push_back(in_quotes(root));
    const std::string tried =
        roots.size() > 1 ? fmt::format(" (looked for under {})", fmt::join(roots, ", ")) : "";
    const bool known = !spec.file.has_parent_path();  // by its name: there is no file to correct
    const std::string keys =
        spec.has_path_key ? fmt::format("the keys path and {}", split) : "the key " + split;
    const std::string advice =
        known ? "so fetch the set yourself and put it there ('yolo data shapes' draws one to try things on)"
              : fmt::format("so fetch the pictures yourself or correct {}", keys);
    return fmt::format("{}{}; nothing is downloaded, {}", text, tried, advice);
}

/// What there is instead of pictures, "" when there is nothing.
std::string instead_of_pictures(const fs::path& place, const fs::path& root) {
    std::error_code error;
    if (!fs::is_directory(place, error)) {
        const ListedPictures listed = read_list(place, root);
        if (listed.others == 0) return ": the list is empty";
        return fmt::format(": {} in a picture's suffix, as '{}'",
                           listed.others == 1 ? "its one line does not end" : "none of its lines ends",
                           shown(listed.first_other));
    }
    std::string pictures = place.string();
    const std::size_t labels = pictures.rfind("/labels");
    if (labels != std::string::npos && is_there(pictures.replace(labels, 7, "/images")))
        return fmt::format(": it is the folder of labels, did you mean {}?", in_quotes(pictures));
    fs::recursive_directory_iterator entry(place, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored) && !entry->path().filename().string().starts_with('.'))
            return fmt::format(": there are other files, as {}", in_quotes(entry->path()));
    }
    return "";
}

}  // namespace

void check_split_is_there(const DatasetSpec& spec, const std::string& split) {
    const auto found = spec.splits.find(split);
    if (found == spec.splits.end()) refuse_absent_split(spec, split);
    for (const fs::path& place : found->second) {
        if (!is_there(place)) throw Error(absent_place_text(spec, split, place));
    }
}

void refuse_empty_split(const DatasetSpec& spec, const std::string& split) {
    std::vector<std::string> places;
    std::string instead;
    for (const fs::path& place : spec.splits.at(split)) {
        places.push_back(in_quotes(place));
        if (instead.empty()) instead = instead_of_pictures(place, spec.root);
    }
    throw Error(fmt::format("there is no picture in {} (split {} of {}){}", fmt::join(places, ", "), split,
                            in_quotes(spec.file), instead));
}

void check_split(const DatasetSpec& spec, const std::string& split) {
    check_split_is_there(spec, split);
    if (!has_pictures(spec.splits.at(split), spec.root)) refuse_empty_split(spec, split);
}

}  // namespace yolo::data
