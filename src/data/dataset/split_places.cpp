// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/split_places.hpp"

#include <algorithm>

#include "core/files.hpp"
#include "data/dataset/find_dataset.hpp"
#include "data/dataset/foreign_path.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

/// The place under a root; when it is not there, the same with / for \, or without a "../" at its start.
fs::path place_under(const fs::path& root, const std::string& place) {
    if (is_windows_path(root.string())) return root / place;  // nowhere here
    const fs::path path = absolute_path(root / expand_home(place));
    if (is_there(path)) return path;
    const std::string slashes = with_slashes(place);
    if (const fs::path other = absolute_path(root / expand_home(slashes)); is_there(other)) return other;
    if (slashes.starts_with("../")) {
        const fs::path inside = absolute_path(root / slashes.substr(3));
        if (is_there(inside)) return inside;
    }
    const bool elsewhere = is_address(place) || is_windows_path(place);
    return elsewhere ? fs::path(place) : path;  // messages show it as it was written
}

std::vector<fs::path> places_under(const fs::path& root, const std::vector<std::string>& places) {
    std::vector<fs::path> paths;
    for (const std::string& place : places) paths.push_back(place_under(root, place));
    return paths;
}

void find_roots(DatasetSpec& spec, const std::string& path, const fs::path& datasets_dir) {
    const fs::path root = expand_home(path);
    const auto add = [&](const fs::path& candidate) {
        auto& roots = spec.roots_tried;
        if (std::find(roots.begin(), roots.end(), candidate) == roots.end()) roots.push_back(candidate);
    };
    const fs::path folder = spec.file.parent_path();
    add(absolute_path(folder / root));  // an absolute root replaces the folder
    const std::string slashes = with_slashes(path);
    if (slashes != path && !is_windows_path(path)) add(absolute_path(folder / expand_home(slashes)));
    if (root.is_absolute() || path.empty()) return;
    if (is_windows_path(path)) {
        spec.roots_tried = {path};  // nowhere here: messages show it as it was written
        return;
    }
    add(absolute_path(root));
    add(absolute_path(datasets_dir / root));
}

}  // namespace

void resolve_splits(DatasetSpec& spec, const SplitPlaces& splits, const std::string& path,
                    const fs::path& datasets_dir) {
    find_roots(spec, path, datasets_dir);
    for (const auto& [name, places] : splits) {
        for (const fs::path& root : spec.roots_tried) {
            auto paths = places_under(root, places);
            if (!std::all_of(paths.begin(), paths.end(), is_there)) continue;
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

}  // namespace yolo::data
