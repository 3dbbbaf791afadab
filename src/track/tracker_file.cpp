// SPDX-License-Identifier: Apache-2.0
#include "track/tracker_file.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/near_miss.hpp"
#include "track/shipped_trackers.hpp"

namespace yolo::track {

namespace {

[[noreturn]] void throw_missing(const std::string& name) {
    std::vector<std::string_view> names;
    for (const ShippedFile& file : shipped_trackers()) names.push_back(file.name);
    throw UsageError(
        fmt::format("there is no tracker file '{}'{}; give a file, or one of those that ship: {}", name,
                    did_you_mean(near_misses(name, names)), fmt::join(names, ", ")));
}

TrackerFile from_yaml(const Json& yaml, const std::string& where) {
    if (!yaml.is_object())
        throw UsageError(fmt::format("{} is not a tracker file: one 'key: value' per line is needed", where));
    const auto type = yaml.find("tracker_type");
    if (type == yaml.end() || !type->is_string()) {
        throw UsageError(
            fmt::format("{} is not a tracker file: it needs the key tracker_type with the name "
                        "of a tracker",
                        where));
    }
    const MethodRow& method = find_method(type->get<std::string>(), where);
    TrackerFile file{&method, Settings(method.keys)};
    for (const auto& [key, value] : yaml.items()) {
        if (key != "tracker_type") file.settings.set(key, value, where);
    }
    return file;
}

}  // namespace

TrackerFile parse_tracker_file(std::string_view text, const std::string& where) {
    return from_yaml(parse_yaml(text, where), where);
}

TrackerFile read_tracker_file(const std::filesystem::path& path) {
    const std::string name = path.string();
    if (std::filesystem::is_regular_file(path)) return from_yaml(read_yaml(path), name);
    const auto shipped = shipped_trackers();
    const auto found = std::ranges::find_if(shipped, [&name](const ShippedFile& file) {
        return file.name == name || file.name == name + ".yaml";
    });
    if (found == shipped.end()) throw_missing(name);
    return parse_tracker_file(found->text, name);
}

}  // namespace yolo::track
