// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/sequences.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/json.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> folders_of(const Json& value, const std::string& where, const std::string& split) {
    std::vector<std::string> folders;
    for (const Json& item : value.is_array() ? value : Json::array({value})) {
        if (!item.is_string() || item.get<std::string>().empty())
            throw Error(
                fmt::format("{}: {} must be a folder of sequences, or a list of folders", where, split));
        folders.push_back(item.get<std::string>());
    }
    if (folders.empty()) throw Error(fmt::format("{}: {} names no folder", where, split));
    return folders;
}

bool is_sequence(const fs::path& folder) {
    return fs::exists(folder / "gt" / "gt.txt") || fs::exists(folder / "det" / "det.txt") ||
           fs::is_directory(folder / "img1");
}

/// The folder itself, or the sequences in it by name.
void add_sequences(const fs::path& folder, std::vector<metrics::MotSequence>& sequences) {
    if (is_sequence(folder)) {
        sequences.push_back(metrics::read_sequence(folder));
        return;
    }
    std::vector<fs::path> parts;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_directory() && is_sequence(entry.path())) parts.push_back(entry.path());
    }
    if (parts.empty()) {
        throw Error(
            fmt::format("{} holds no sequence in MOTChallenge's layout "
                        "(SEQ/gt/gt.txt, SEQ/det/det.txt, SEQ/img1/)",
                        folder.string()));
    }
    std::sort(parts.begin(), parts.end());
    for (const fs::path& part : parts) sequences.push_back(metrics::read_sequence(part));
}

}  // namespace

std::vector<metrics::MotSequence> find_sequences(const fs::path& given, const std::string& split,
                                                 const fs::path& datasets_dir) {
    const fs::path file = fs::absolute(expand_home(given.string()));
    const Json spec = read_yaml(file);
    const std::string where = given.string();
    if (!spec.is_object() || !spec.contains(split) || spec.at(split).is_null())
        throw UsageError(
            fmt::format("{} has no {}: give split= one of its own keys of folders", where, split));
    const std::vector<std::string> folders = folders_of(spec.at(split), where, split);
    const bool has_path = spec.contains("path") && !spec.at("path").is_null();
    if (has_path && !spec.at("path").is_string())
        throw Error(fmt::format("{}: path must be a folder", where));
    const fs::path below = has_path ? expand_home(spec.at("path").get<std::string>()) : fs::path();

    std::vector<std::string> tried;
    for (const fs::path& root : {file.parent_path(), fs::current_path(), datasets_dir}) {
        const fs::path base = root / below;
        if (!fs::is_directory(base / folders.front())) {
            const std::string place = (base / folders.front()).lexically_normal().string();
            if (std::find(tried.begin(), tried.end(), place) == tried.end()) tried.push_back(place);
            continue;
        }
        std::vector<metrics::MotSequence> sequences;
        for (const std::string& folder : folders) {
            if (!fs::is_directory(base / folder))
                throw Error(fmt::format("{}: there is no folder '{}'", where, (base / folder).string()));
            add_sequences(base / folder, sequences);
        }
        return sequences;
    }
    throw Error(fmt::format("{}: there is no folder of {}: tried {}", where, split, fmt::join(tried, ", ")));
}

}  // namespace yolo::modes
