// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/class_folders.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/mix.hpp"
#include "data/class_names.hpp"
#include "data/dataset/picture_list.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> sub_folders(const fs::path& folder) {
    std::error_code error;
    std::vector<std::string> names;
    fs::directory_iterator entries(folder, error);
    if (error) throw Error(fmt::format("cannot read the folder '{}': {}", folder.string(), error.message()));
    for (const fs::directory_entry& entry : entries) {
        std::string name = entry.path().filename().string();
        std::error_code ignored;
        if (!name.starts_with('.') && entry.is_directory(ignored)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

fs::path first_folder(const fs::path& root, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        std::error_code ignored;
        if (fs::is_directory(root / name, ignored)) return root / name;
    }
    return {};
}

/// Four fifths of the pictures of a class for training, the others for every other split; by numbers of
/// their places, so that it is the same on every machine.
std::vector<std::string> share_of(const std::vector<std::string>& pictures, bool training) {
    std::vector<std::size_t> order(pictures.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto number = [](std::size_t place) { return mix_bits((place + 1) * mix_step); };
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return number(a) < number(b); });
    const std::size_t cut = pictures.size() * 4 / 5;
    std::vector<std::string> share;
    for (std::size_t i = training ? 0 : cut; i < (training ? cut : order.size()); ++i) {
        share.push_back(pictures[order[i]]);
    }
    std::sort(share.begin(), share.end());
    return share;
}

}  // namespace

DatasetSpec read_class_folders(const fs::path& root, const LogSink& log) {
    DatasetSpec spec;
    spec.task = Task::classify;
    spec.file = spec.root = root;
    const fs::path train = first_folder(root, {"train"}), test = first_folder(root, {"test"}),
                   val = first_folder(root, {"val", "validation", "valid"});
    if (!train.empty()) spec.splits["train"] = {train};
    if (!val.empty() || !test.empty()) {
        spec.splits["val"] = {val.empty() ? test : val};
        spec.splits["test"] = {test.empty() ? val : test};
    }
    if (train.empty() && val.empty() && test.empty()) {
        spec.split_by_chance = true;
        for (const char* split : {"train", "val", "test"}) spec.splits[split] = {root};
    }
    const fs::path& first = spec.splits.contains("train") ? spec.splits["train"][0] : spec.splits["val"][0];
    std::vector<std::string> names = sub_folders(first);
    if (names.empty()) {
        throw Error(
            fmt::format("there are no class folders in '{}': a data set of classify is a folder with "
                        "train/ and val/, each with one folder of pictures per class",
                        first.string()));
    }
    if (spec.split_by_chance && log) {
        log(LogLevel::info,
            fmt::format("'{}' has no folder train: of each class 80 % of the pictures are for "
                        "training and 20 % for validation",
                        root.string()));
    }
    spec.names = std::make_shared<const std::vector<std::string>>(readable_class_names(std::move(names)));
    return spec;
}

std::vector<ClassPicture> list_class_pictures(const DatasetSpec& spec, const std::string& split,
                                              const LogSink& log) {
    const fs::path& folder = spec.splits.at(split).at(0);
    std::vector<ClassPicture> pictures;
    const std::vector<std::string> classes = sub_folders(folder), names = readable_class_names(classes);
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const fs::path place = folder / classes[i];
        const auto found = std::find(spec.names->begin(), spec.names->end(), names[i]);
        if (found == spec.names->end()) {
            if (log) {
                log(LogLevel::warning,
                    fmt::format("'{}' is not a class of training: its pictures are left out",
                                place.string()));
            }
            continue;
        }
        std::vector<std::string> paths = list_pictures({&place, 1});
        if (spec.split_by_chance) paths = share_of(paths, split == "train");
        const int class_id = static_cast<int>(found - spec.names->begin());
        for (std::string& path : paths) pictures.push_back({std::move(path), class_id});
    }
    return pictures;
}

std::vector<std::size_t> evenly_spaced(std::size_t size, std::size_t count) {
    std::vector<std::size_t> places;
    const double step = count > 1 ? static_cast<double>(size - 1) / static_cast<double>(count - 1) : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const bool last = i > 0 && i + 1 == count;
        places.push_back(last ? size - 1 : static_cast<std::size_t>(static_cast<double>(i) * step));
    }
    return places;
}

}  // namespace yolo::data
