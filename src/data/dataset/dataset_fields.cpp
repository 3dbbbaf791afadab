// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/dataset_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/near_miss.hpp"
#include "data/class_names.hpp"
#include "data/dataset/foreign_path.hpp"
#include "image/channels.hpp"

namespace yolo::data {

namespace {

constexpr std::array<std::string_view, 14> known_keys = {
    "path", "train",    "val",       "validation", "test",      "minival",        "names",
    "nc",   "channels", "kpt_shape", "flip_idx",   "kpt_names", "kpt_oks_sigmas", "download"};

/// More classes than any data set has: a slip of the keyboard must not fill the memory.
constexpr int most_classes = 1'000'000, most_keypoints = 10'000;

/// As Python prints it: 1.0, not 1.
std::string real_text(double number) {
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return text;
}

/// A scalar as text, numbers and flags as they are usually written.
std::optional<std::string> scalar_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
    if (value.is_number()) return real_text(value.get<double>());
    return std::nullopt;
}

std::string classes_text(std::size_t count) {
    return count == 1 ? "1 class" : fmt::format("{} classes", count);
}

std::optional<int> whole_number(const Json& value) {
    if (!value.is_number_integer()) return std::nullopt;
    const auto number = value.get<std::int64_t>();
    if (number < -1'000'000'000 || number > 1'000'000'000) return std::nullopt;
    return static_cast<int>(number);
}

std::optional<int> class_index(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::string near_names(const std::string& word, const std::vector<std::string>& names) {
    std::vector<std::string> near;
    for (const std::string& name : names) {
        if (lower_case(name) == lower_case(word)) near.push_back(name);
    }
    if (near.empty()) near = near_misses(word, std::vector<std::string_view>(names.begin(), names.end()));
    for (std::string& name : near) name = shown(name);
    return did_you_mean(near);
}

DatasetFields::DatasetFields(const Json& yaml, std::string file) : yaml_(yaml), file_(std::move(file)) {
    if (yaml.is_object()) return;
    throw Error(fmt::format("'{}' is {}: it needs the keys train, val and names", file_,
                            yaml.is_null() ? "empty" : "not the YAML of a data set"));
}

std::vector<std::string> DatasetFields::unread_keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : yaml_.items()) {
        if (std::find(known_keys.begin(), known_keys.end(), key) == known_keys.end()) keys.push_back(key);
    }
    return keys;
}

void DatasetFields::read_keys(DatasetSpec& spec) const {
    spec.has_path_key = !text("path").empty();
    for (const char* name : {"train", "val", "test", "minival"}) {
        if (yaml_.contains(name) && places(name).empty()) spec.empty_keys.emplace_back(name);
    }
    spec.unread_keys = unread_keys();
}

void DatasetFields::fail(std::string_view key, const std::string& what) const {
    throw Error(fmt::format("'{}', key {}: {}", file_, key, what));
}

const Json* DatasetFields::find(std::string_view key) const {
    const auto found = yaml_.find(std::string(key));
    if (found == yaml_.end() || found->is_null()) return nullptr;
    const bool none = found->is_string() && found->get_ref<const std::string&>() == "None";
    return none ? nullptr : &*found;
}

std::string DatasetFields::text(std::string_view key) const {
    const Json* value = find(key);
    if (value == nullptr) return "";
    const auto text = scalar_text(*value);
    if (!text || value->is_boolean()) fail(key, "it must be text");
    return *text;
}

std::vector<std::string> DatasetFields::places(std::string_view key) const {
    const Json* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_array()) {
        std::string place = text(key);
        if (place.empty()) return {};  // as when it is not there: else it would be the whole root
        return {std::move(place)};
    }
    std::vector<std::string> places;
    for (const Json& item : *value) {
        if (!item.is_string() || item.get_ref<const std::string&>().empty())
            fail(key, "it must be a folder, a .txt list or a list of those");
        places.push_back(item.get<std::string>());
    }
    if (places.empty()) fail(key, "the list is empty");
    return places;
}

std::vector<int> DatasetFields::integers(std::string_view key, int lowest) const {
    const Json* value = find(key);
    if (value == nullptr) return {};
    std::vector<int> numbers;
    if (!value->is_array()) fail(key, "it must be a list of whole numbers");
    for (const Json& item : *value) {
        const auto number = whole_number(item);
        if (!number || *number < lowest) {
            fail(key, fmt::format("{} is not a whole number from {} on", json_text(item), lowest));
        }
        numbers.push_back(*number);
    }
    return numbers;
}

int DatasetFields::integer(std::string_view key, int fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    const auto number = whole_number(*value);
    if (value->is_string() && class_index(value->get_ref<const std::string&>()))
        fail(key, fmt::format("{} is a text: write the number without quotes", json_text(*value)));
    if (!number || *number < 1)
        fail(key, fmt::format("{} is not a whole number from 1 on", json_text(*value)));
    return *number;
}

void DatasetFields::fail_without_names() const {
    std::string near = near_names("names", unread_keys());
    if (near.empty()) near = near_names("classes", unread_keys());
    fail("names", "it is missing, and so is nc: list the names of the classes" + near);
}

void DatasetFields::fail_class_number(const std::string& key, const Json& names) const {
    const auto index = class_index(key);
    if (!index && std::all_of(names.begin(), names.end(), [](const Json& v) { return v.is_number(); }))
        fail("names", fmt::format("the names are its keys: numbers come first, as 0: {}", shown(key)));
    if (index && !names.contains("0"))
        fail("names", "there is no class 0: classes are numbered from 0 on, here and in the label files");
    fail("names", fmt::format("there is a class {}: the classes are numbered 0 to {} without a gap",
                              shown(key), names.size() - 1));
}

Names DatasetFields::names() const {
    const int count = integer("nc", 0);
    if (count > most_classes) fail("nc", fmt::format("{} classes are too many", count));
    const Json* given = find("names");
    if (given == nullptr) {
        if (count == 0) fail_without_names();
        std::vector<std::string> numbered;
        for (int i = 0; i < count; ++i) numbered.push_back(fmt::format("class_{}", i));
        return std::make_shared<const std::vector<std::string>>(std::move(numbered));
    }
    if (!given->is_array() && !given->is_object()) {
        fail("names", "it must be a list, as [cat, dog], or a map from 0, 1, 2 ... to names");
    }
    if (given->empty()) fail("names", "it is empty");
    std::vector<std::optional<std::string>> names(given->size());
    int place = 0;
    for (const auto& [key, value] : given->items()) {
        const auto index = given->is_array() ? std::optional(place++) : class_index(key);
        const bool inside = index && *index >= 0 && static_cast<std::size_t>(*index) < names.size();
        if (!inside) fail_class_number(key, *given);
        const auto name = scalar_text(value);
        if (!name && value.is_null())
            fail("names", fmt::format("class {} has no name (null and ~ are none unless in quotes)", key));
        if (!name) fail("names", fmt::format("the name of class {} is not text", key));
        auto& slot = names[static_cast<std::size_t>(*index)];
        if (slot) fail("names", fmt::format("class {} is there twice", *index));
        slot = *name;
    }
    std::vector<std::string> complete;
    for (auto& name : names) complete.push_back(std::move(*name));
    if (count != 0 && static_cast<std::size_t>(count) != complete.size()) {
        fail("nc", fmt::format("it says {}, but names has {}: correct one of them, or leave nc out",
                               classes_text(static_cast<std::size_t>(count)), complete.size()));
    }
    return std::make_shared<const std::vector<std::string>>(readable_class_names(std::move(complete)));
}

void DatasetFields::read_keypoints(DatasetSpec& spec) const {
    const std::vector<int> shape = integers("kpt_shape", 1);
    if (!shape.empty()) {
        const bool good = shape.size() == 2 && shape[0] <= most_keypoints && (shape[1] == 2 || shape[1] == 3);
        if (!good) fail("kpt_shape", "it must be [number of keypoints, 2 or 3]");
        spec.kpt_shape = {shape[0], shape[1]};
    } else if (spec.task == Task::pose) {
        fail("kpt_shape", "it is missing: pose needs [number of keypoints, 2 or 3]");
    }
    if (spec.task != Task::pose) return;
    const auto count = static_cast<std::size_t>(spec.kpt_shape[0]);
    spec.flip_idx = integers("flip_idx", 0);
    if (!spec.flip_idx.empty()) {
        std::vector<int> sorted = spec.flip_idx;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < sorted.size() || i < count; ++i) {
            if (sorted.size() == count && sorted[i] == static_cast<int>(i)) continue;
            fail("flip_idx", fmt::format("it must hold each of 0 to {} once", count - 1));
        }
    }
    if (const Json* names = find("kpt_names")) {
        // One list, or one list a class: the first class's is taken.
        const Json& list = names->is_object() && !names->empty() ? names->front() : *names;
        if (!list.is_array() || list.size() != count)
            fail("kpt_names", fmt::format("it must list {} names", count));
        for (const Json& name : list) spec.kpt_names.push_back(scalar_text(name).value_or(""));
    }
    if (const Json* sigmas = find("kpt_oks_sigmas")) {
        const auto positive = [](const Json& v) { return v.is_number() && v.get<double>() > 0; };
        const bool good = sigmas->is_array() && sigmas->size() == count &&
                          std::all_of(sigmas->begin(), sigmas->end(), positive);
        if (!good) fail("kpt_oks_sigmas", fmt::format("it must list {} positive numbers", count));
        for (const Json& sigma : *sigmas) spec.kpt_oks_sigmas.push_back(sigma.get<float>());
    }
}

void DatasetFields::read_channels(DatasetSpec& spec) const {
    if (find("channels") == nullptr) return;
    const int channels = integer("channels", 3);
    if (!image::is_picture_depth(channels)) {
        fail("channels",
             fmt::format("{} is not possible: pictures are read in colour (3) or in grey (1)", channels));
    }
    spec.channels = channels;
}

void DatasetFields::read_facts(DatasetSpec& spec) const {
    spec.names = names();
    read_channels(spec);
    read_keypoints(spec);
}

}  // namespace yolo::data
