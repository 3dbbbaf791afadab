// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_neighbourhood.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fmt/core.h>

#include "data/dataset/foreign_path.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 8> known_label_folders = {
    "labels", "Labels", "LABELS", "label", "Label", "labelTxt", "annotations", "Annotations"};
constexpr int most_levels = 5;  // above a picture's folder

}  // namespace

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    // Several times as quick as a directory_iterator, which makes a path of each name.
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
    while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
}

bool Neighbourhood::is_folder(const fs::path& path) {
    const auto [known, is_new] = folders_.try_emplace(path.string(), false);
    std::error_code ignored;
    if (is_new) known->second = fs::is_directory(path, ignored);
    return known->second;
}

std::vector<Candidate> Neighbourhood::candidates(const fs::path& pictures, const fs::path& looked_in) {
    std::vector<Candidate> found;
    const std::string move = fmt::format("move such files to '{}'", shown(looked_in.string()));
    const auto add = [&](const fs::path& folder, const std::string& advice) {
        const auto same = [&](const Candidate& c) { return c.folder == folder; };
        if (std::none_of(found.begin(), found.end(), same) && is_folder(folder))
            found.push_back({folder, advice});
    };
    add(looked_in, "call such files as their pictures, with .txt at the end");
    add(pictures, move);
    fs::path above = pictures, below, inside;  // above / below = pictures; below without its first name
    for (int level = 0; level <= most_levels && above.has_relative_path(); ++level) {
        for (const char* name : known_label_folders) {
            if (level > 1) add(above / inside / name, move);
            if (!is_folder(above / name)) continue;
            if (level > 0) {
                const std::string first = below.begin()->string();
                const std::string rename =
                    first == "images" ? ""
                                      : fmt::format(", or rename the folder '{}' to images{}", shown(first),
                                                    std::string_view(name) == "labels"
                                                        ? ""
                                                        : fmt::format(" and '{}' to labels", name));
                add(above / name / inside, move + rename);
            }
            add(above / name / below, move);
            add(above / name, move);
        }
        inside = below;
        below = below.empty() ? above.filename() : above.filename() / below;
        above = above.parent_path();
    }
    return found;
}

std::string Neighbourhood::file_for(const fs::path& folder, const fs::path& picture) {
    auto known = names_.find(folder);
    if (known == names_.end()) {
        known = names_.emplace(folder, std::unordered_map<std::string, std::string>()).first;
        for (std::string& name : names_in(folder)) {
            std::string small = lower_case(name);
            known->second.emplace(std::move(small), std::move(name));
        }
    }
    const std::string stem = lower_case(picture.stem().string()),
                      whole = lower_case(picture.filename().string());
    for (const std::string& name : {stem + ".txt", whole + ".txt", stem + ".xml", stem + ".json"}) {
        const auto file = known->second.find(name);
        if (file != known->second.end()) return (folder / file->second).string();
    }
    return "";
}

}  // namespace yolo::data
