// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/split_pictures.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "data/dataset/class_folders.hpp"
#include "data/dataset/picture_list.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

void check_split(const DatasetSpec& spec, const std::string& split) {
    const auto found = spec.splits.find(split);
    if (found == spec.splits.end()) {
        std::vector<std::string> names;
        for (const auto& [name, places] : spec.splits) names.push_back(name);
        throw Error(fmt::format("'{}' has no split {}: it has {}", spec.file.string(), split,
                                fmt::join(names, ", ")));
    }
    for (const fs::path& place : found->second) {
        std::error_code ignored;
        if (fs::exists(place, ignored)) continue;
        std::vector<std::string> roots;
        for (const fs::path& root : spec.roots_tried) roots.push_back(fmt::format("'{}'", root.string()));
        const std::string tried =
            roots.size() > 1 ? fmt::format(" (looked for under {})", fmt::join(roots, ", ")) : "";
        const bool known = !spec.file.has_parent_path();  // by its name: there is no file to correct
        const std::string advice =
            known
                ? "so fetch the set yourself and put it there ('yolo data shapes' draws one to try things on)"
                : fmt::format("so fetch the pictures yourself or correct path and {}", split);
        throw Error(fmt::format("'{}', split {}: '{}' is not there{}; nothing is downloaded, {}",
                                spec.file.string(), split, place.string(), tried, advice));
    }
}

std::vector<SplitPicture> class_pictures(const DatasetSpec& spec, const DatasetOptions& options) {
    std::vector<ClassPicture> all = list_class_pictures(spec, options.split, options.log);
    std::vector<SplitPicture> pictures;
    if (all.empty()) return pictures;
    for (const std::size_t i : evenly_spaced(all.size(), fraction_count(all.size(), options.fraction))) {
        pictures.push_back({all[i].path, "", all[i].class_id});
    }
    return pictures;
}

std::vector<SplitPicture> labelled_pictures(const DatasetSpec& spec, const DatasetOptions& options) {
    std::vector<std::string> all = list_pictures(spec.splits.at(options.split));
    all.resize(fraction_count(all.size(), options.fraction));
    std::vector<SplitPicture> pictures;
    pictures.reserve(all.size());
    for (std::string& path : all) {
        std::string label_file = label_path(path);
        pictures.push_back({std::move(path), std::move(label_file), -1});
    }
    return pictures;
}

/// Whether the pictures of other splits may lie in the same folders.
bool shares_folders(const DatasetSpec& spec, const std::string& split) {
    const auto& places = spec.splits.at(split);
    return spec.split_by_chance || std::any_of(places.begin(), places.end(), [](const fs::path& place) {
               return place.extension() == ".txt";
           });
}

}  // namespace

std::vector<SplitPicture> split_pictures(const DatasetSpec& spec, const DatasetOptions& options) {
    check_split(spec, options.split);
    auto pictures =
        spec.task == Task::classify ? class_pictures(spec, options) : labelled_pictures(spec, options);
    if (!pictures.empty()) return pictures;
    std::vector<std::string> places;
    for (const fs::path& place : spec.splits.at(options.split)) places.push_back(place.string());
    throw Error(fmt::format("there is no picture in '{}' (split {} of '{}')", fmt::join(places, "', '"),
                            options.split, spec.file.string()));
}

fs::path cache_file(const DatasetSpec& spec, const std::string& split,
                    const std::vector<SplitPicture>& pictures) {
    fs::path folder = spec.task == Task::classify ? spec.splits.at(split).front()
                                                  : fs::path(pictures.front().label_file).parent_path();
    if (shares_folders(spec, split)) folder += "." + split;
    return folder += ".yolo.cache";
}

}  // namespace yolo::data
