// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/split_pictures.hpp"

#include <algorithm>

#include "data/dataset/check_split.hpp"
#include "data/dataset/class_folders.hpp"
#include "data/dataset/picture_list.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

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
    std::vector<std::string> all = list_pictures(spec.splits.at(options.split), spec.root, options.log);
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

/// The label folder that the first pictures have in common with what is there: a list may begin with pictures
/// that are not there.
fs::path first_label_folder(const std::vector<SplitPicture>& pictures) {
    constexpr std::size_t enough = 1000;
    for (std::size_t i = 0; i < std::min(pictures.size(), enough); ++i) {
        fs::path folder = fs::path(pictures[i].label_file).parent_path();
        std::error_code ignored;
        if (fs::is_directory(folder.parent_path(), ignored)) return folder;
    }
    return fs::path(pictures.front().label_file).parent_path();
}

}  // namespace

std::vector<SplitPicture> split_pictures(const DatasetSpec& spec, const DatasetOptions& options) {
    check_split_is_there(spec, options.split);
    auto pictures =
        spec.task == Task::classify ? class_pictures(spec, options) : labelled_pictures(spec, options);
    if (pictures.empty()) refuse_empty_split(spec, options.split);
    return pictures;
}

fs::path cache_file(const DatasetSpec& spec, const std::string& split,
                    const std::vector<SplitPicture>& pictures) {
    fs::path folder =
        spec.task == Task::classify ? spec.splits.at(split).front() : first_label_folder(pictures);
    if (shares_folders(spec, split)) folder += "." + split;
    return folder += ".yolo.cache";
}

}  // namespace yolo::data
