// SPDX-License-Identifier: Apache-2.0
#include "track/settings.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/near_miss.hpp"

namespace yolo::track {

namespace {

std::vector<std::string_view> split_words(std::string_view words) {
    std::vector<std::string_view> list;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(", "), words.size());
        list.push_back(words.substr(0, end));
        words.remove_prefix(std::min(end + 2, words.size()));
    }
    return list;
}

std::variant<double, std::string> default_of(const Key& key) {
    if (key.kind == KeyKind::word) return std::string(split_words(key.words).front());
    if (key.kind == KeyKind::text) return std::string(key.words);
    return key.standard;
}

bool in_range(const Key& key, double value) {
    return value >= key.least && value <= key.most &&
           (key.kind == KeyKind::number || value == std::floor(value));
}

/// The value when the key may have it; nothing else changes.
bool take(const Key& key, const Json& given, std::variant<double, std::string>& value) {
    switch (key.kind) {
        case KeyKind::flag:
            if (!given.is_boolean()) return false;
            value = given.get<bool>() ? 1.0 : 0.0;
            return true;
        case KeyKind::number:
        case KeyKind::whole:
            if (!given.is_number() || !in_range(key, given.get<double>())) return false;
            value = given.get<double>();
            return true;
        case KeyKind::word: {
            std::string word = given.is_string() ? given.get<std::string>() : "";
            if (given.is_null() || word == "None") word = "none";
            if (!std::ranges::count(split_words(key.words), std::string_view(word))) return false;
            value = word;
            return true;
        }
        case KeyKind::text:
            if (!given.is_string() || given.get_ref<const std::string&>().empty()) return false;
            value = given.get<std::string>();
            return true;
    }
    return false;
}

}  // namespace

std::string describe(const Key& key) {
    switch (key.kind) {
        case KeyKind::number:
            return fmt::format("a number from {} to {}", key.least, key.most);
        case KeyKind::whole:
            return fmt::format("a whole number from {} to {}", key.least, key.most);
        case KeyKind::flag:
            return "True or False";
        case KeyKind::word:
            return fmt::format("one of {}", key.words);
        case KeyKind::text:
            return "a name";
    }
    return {};
}

Settings::Settings(std::span<const Key> keys) : keys_(keys) {
    for (const Key& key : keys) values_.push_back(default_of(key));
}

bool Settings::has(std::string_view name) const {
    return std::ranges::any_of(keys_, [name](const Key& key) { return key.name == name; });
}

std::size_t Settings::at(std::string_view name) const {
    const auto found = std::ranges::find(keys_, name, &Key::name);
    if (found == keys_.end()) throw std::logic_error("a tracker asked for a key that it does not have");
    return static_cast<std::size_t>(found - keys_.begin());
}

void Settings::set(const std::string& name, const Json& value, const std::string& where) {
    if (!has(name)) {
        std::vector<std::string_view> names;
        for (const Key& key : keys_) names.push_back(key.name);
        const std::vector<std::string> near = near_misses(name, names);
        throw UsageError(fmt::format(
            "{} has the key '{}', which this tracker does not have{}", where, name,
            near.empty() ? fmt::format("; its keys are {}", fmt::join(names, ", ")) : did_you_mean(near)));
    }
    const Key& key = keys_[at(name)];
    if (!take(key, value, values_[at(name)])) {
        throw UsageError(
            fmt::format("{}: {} is {}, not {}", where, name, describe(key), json_text(value).substr(0, 100)));
    }
}

double Settings::number(std::string_view name) const {
    return std::get<double>(values_[at(name)]);
}

const std::string& Settings::text(std::string_view name) const {
    return std::get<std::string>(values_[at(name)]);
}

std::string Settings::as_text(std::string_view name) const {
    const std::size_t i = at(name);
    if (keys_[i].kind == KeyKind::flag) return flag(name) ? "True" : "False";
    if (const double* value = std::get_if<double>(&values_[i])) return fmt::format("{}", *value);
    return text(name);
}

}  // namespace yolo::track
