// SPDX-License-Identifier: Apache-2.0
/// \file Regions as text: points on the command line, or a YAML file.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include <yolo/counter.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/near_miss.hpp"
#include "core/rim.hpp"
#include "track/region_check.hpp"

namespace yolo {

namespace {

constexpr std::array<std::string_view, 5> keys = {"name", "points", "classes", "anchor", "margin"};

/// Which region of which file a message is about.
struct Where {
    std::string file;
    std::size_t number;  ///< from 1

    [[noreturn]] void refuse(const std::string& what) const {
        throw UsageError(fmt::format("{}: region {}: {}", file, number, what));
    }
};

[[noreturn]] void refuse_points(const Where& where, const std::string& value) {
    where.refuse(fmt::format("points: {} is not a list of points: [[x, y], [x, y], ...] is needed", value));
}

std::vector<Point> points_of(const Json& value, const Where& where) {
    if (!value.is_array()) refuse_points(where, json_text(value));
    std::vector<Point> points;
    for (const Json& point : value) {
        if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number())
            refuse_points(where, json_text(value));
        points.push_back({point[0].get<float>(), point[1].get<float>()});
    }
    return points;
}

int class_of(const Json& value, const Names& names, const Where& where) {
    const int count = names ? static_cast<int>(names->size()) : 0;
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        if (number < 0 || (names && number >= count))
            where.refuse(names
                             ? fmt::format("classes: there is no class {}: the model has the classes 0 to {}",
                                           number, count - 1)
                             : fmt::format("classes: there is no class {}", number));
        return static_cast<int>(number);
    }
    const std::string name = text_or_json(value);
    if (!names) where.refuse(fmt::format("classes: '{}' is no number, and no names are known here", name));
    const auto found = std::find(names->begin(), names->end(), name);
    if (found == names->end()) {
        const std::vector<std::string_view> known(names->begin(), names->end());
        where.refuse(fmt::format("classes: the model has no class '{}'{}", name,
                                 did_you_mean(near_misses(name, known))));
    }
    return static_cast<int>(found - names->begin());
}

std::vector<int> classes_of(const Json& value, const Names& names, const Where& where) {
    if (value.is_null()) return {};
    std::vector<int> classes;
    if (value.is_array()) {
        for (const Json& item : value) classes.push_back(class_of(item, names, where));
    } else {
        classes.push_back(class_of(value, names, where));
    }
    return classes;
}

RegionAnchor anchor_of(const Json& value, const Where& where) {
    if (value == "bottom") return RegionAnchor::bottom;
    if (value == "center" || value == "centre") return RegionAnchor::center;
    where.refuse(fmt::format("anchor: {}: bottom or center is needed", text_or_json(value)));
}

void set(Region& region, const std::string& key, const Json& value, const Names& names, const Where& where) {
    if (key == "name") {
        region.name = text_or_json(value);
    } else if (key == "points") {
        region.points = points_of(value, where);
    } else if (key == "classes") {
        region.classes = classes_of(value, names, where);
    } else if (key == "anchor") {
        region.anchor = anchor_of(value, where);
    } else if (key == "margin") {
        if (!value.is_number())
            where.refuse(fmt::format("margin: {}: a number from 0 to 1 is needed", text_or_json(value)));
        region.margin = value.get<double>();
    } else {
        where.refuse(fmt::format("there is no key '{}'{}; the keys are {}", key,
                                 did_you_mean(near_misses(key, keys)), fmt::join(keys, ", ")));
    }
}

std::vector<Region> from_yaml(const Json& yaml, const std::string& file, const Names& names) {
    constexpr auto needed = "a list 'regions' of {{name: door, points: [[x, y], [x, y]]}} is needed";
    if (!yaml.is_object() || !yaml.contains("regions") || !yaml["regions"].is_array())
        throw UsageError(fmt::format("{} is no file of regions: {}", file, fmt::format(needed)));
    for (const auto& [key, value] : yaml.items()) {
        if (key != "regions")
            throw UsageError(
                fmt::format("{} has the key '{}' beside 'regions': {}", file, key, fmt::format(needed)));
    }
    std::vector<Region> regions;
    for (const Json& item : yaml["regions"]) {
        const Where where{file, regions.size() + 1};
        if (!item.is_object()) where.refuse("{name: door, points: [[x, y], [x, y]]} is needed");
        Region region;
        for (const auto& [key, value] : item.items()) set(region, key, value, names, where);
        if (!item.contains("points")) where.refuse("it has no points");
        regions.push_back(std::move(region));
    }
    return track::checked_regions(std::move(regions), file + ": ");
}

/// "1,2,3,4", "[1, 2, 3, 4]" or "[[1, 2], [3, 4]]": nothing for a text that is no list of numbers.
std::optional<std::vector<float>> numbers(std::string_view text) {
    constexpr std::string_view between = ", []()";
    std::vector<float> list;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(between), text.size()));
        if (text.empty()) break;
        float number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const bool ends = text.empty() || between.find(text.front()) != std::string_view::npos;
        if (error != std::errc() || !ends) return std::nullopt;
        list.push_back(number);
    }
    return list;
}

/// One region of a flat list of coordinates.
std::vector<Region> from_numbers(const std::string& text, const std::vector<float>& list) {
    if (list.empty() || list.size() % 2 != 0)
        throw UsageError(fmt::format("region={}: {} number{} no points: x1,y1,x2,y2 and so on are needed",
                                     text, list.size(), list.size() == 1 ? " is" : "s are"));
    Region region;
    for (std::size_t i = 0; i < list.size(); i += 2) region.points.push_back({list[i], list[i + 1]});
    return track::checked_regions({region});
}

}  // namespace

std::vector<Region> read_regions(const std::string& text, const Names& names) try {
    if (const auto list = numbers(text)) return from_numbers(text, *list);
    return from_yaml(read_yaml(expand_home(text)), text, names);
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
