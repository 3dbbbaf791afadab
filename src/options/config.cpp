// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <climits>
#include <cmath>

#include <fmt/format.h>

#include <yolo/config.hpp>
#include <yolo/error.hpp>

#include "core/near_miss.hpp"
#include "options/config_check.hpp"

namespace yolo {

namespace {

constexpr std::array<const char*, 6> mode_names = {"train", "val", "predict", "export", "track", "benchmark"};

/// Words besides the keys that a misspelt argument may have meant.
constexpr std::array<std::string_view, 17> other_words = {
    "detect", "segment", "classify", "obb",      "train",    "predict", "export", "track", "benchmark",
    "help",   "checks",  "version",  "settings", "copy-cfg", "info",    "debug",  "pose"};

struct OldName {
    std::string_view name;
    std::string_view became;  ///< a sentence's end
};

constexpr OldName old_names[] = {
    {"boxes", "boxes=False is taken as show_boxes=False"},
    {"hide_labels", "hide_labels=True is taken as show_labels=False"},
    {"hide_conf", "hide_conf=True is taken as show_conf=False"},
    {"line_thickness", "line_thickness=2 is taken as line_width=2"},
    {"half", "half=True is taken as quantize=16, half=False changes nothing"},
    {"int8", "int8=True is taken as quantize=8, int8=False changes nothing"},
    {"end2end", "end2end=True is taken as nms=False"},
    {"label_smoothing", {}},
    {"save_hybrid", {}},
    {"crop_fraction", {}},
    {"keras", {}},
};

const OldName* find_old_name(std::string_view name) {
    const auto* found = std::find_if(std::begin(old_names), std::end(old_names),
                                     [&](const OldName& old) { return old.name == name; });
    return found == std::end(old_names) ? nullptr : found;
}

/// Words of neighbouring tools that are not spelled like what they mean here.
constexpr std::pair<std::string_view, std::string_view> other_tools_words[] = {
    {"validate", "val"},         {"validation", "val"},   {"test", "val"},       {"infer", "predict"},
    {"inference", "predict"},    {"detection", "detect"}, {"lr", "lr0"},         {"learning_rate", "lr0"},
    {"weights", "model"},        {"img", "imgsz"},        {"img_size", "imgsz"}, {"image_size", "imgsz"},
    {"size", "imgsz"},           {"gpu", "device"},       {"threshold", "conf"}, {"conf_thres", "conf"},
    {"iou_thres", "iou"},        {"output", "save_dir"},  {"images", "source"},  {"hyp", "cfg"},
    {"segmentation", "segment"}, {"keypoints", "pose"},
};

/// Words of neighbouring tools for what every run does here.
constexpr std::pair<std::string_view, std::string_view> needless_words[] = {
    {"persist", "tracks go on from frame to frame in every run: leave it out"},
    {"stream",
     "results are written as they come in every run: leave it out; stream_buffer=True keeps every "
     "frame of a stream"},
};

std::size_t index_of(std::string_view key) {
    const OptionSpec* option = find_option(key);
    if (option == nullptr) {
        const std::string name(key);
        throw UsageError(unknown_options_message({&name, 1}));
    }
    return static_cast<std::size_t>(option - option_table().data());
}

struct ModeDefault {
    Mode mode;
    std::string_view key;
    std::string_view text;
};

constexpr ModeDefault mode_defaults[] = {
    {Mode::predict, "conf", "0.25"},
    {Mode::predict, "batch", "1"},
    {Mode::predict, "rect", "True"},
    {Mode::track, "conf", "0.1"},
    {Mode::track, "batch", "1"},
    {Mode::track, "rect", "True"},
    {Mode::track, "color_mode", "instance"},
    {Mode::val, "rect", "True"},
    {Mode::export_model, "batch", "1"},
    {Mode::benchmark, "batch", "1"},
    {Mode::benchmark, "format", "all"},
    {Mode::benchmark, "verbose", "False"},
};

}  // namespace

const char* to_string(Mode mode) {
    return mode_names[static_cast<std::size_t>(mode)];
}

std::optional<Mode> find_mode(std::string_view name) {
    for (std::size_t i = 0; i < mode_names.size(); ++i) {
        if (name == mode_names[i]) return static_cast<Mode>(i);
    }
    return std::nullopt;
}

bool is_option(std::string_view name) {
    return find_option(name) != nullptr || find_old_name(name) != nullptr;
}

std::string explain_old_name(std::string_view name) {
    const OldName* old = find_old_name(name);
    if (old == nullptr) return {};
    if (old->became.empty()) return fmt::format("{} no longer exists: it is ignored, with a warning", name);
    return fmt::format("{} is an old name: {}", name, old->became);
}

std::vector<std::string> similar_options(std::string_view word) {
    std::vector<std::string_view> candidates(other_words.begin(), other_words.end());
    for (const OptionSpec& option : option_table()) candidates.push_back(option.name);
    std::vector<std::string> names = near_misses(word, candidates);
    for (std::string& name : names) {
        const OptionSpec* option = find_option(name);
        if (option != nullptr && !option->default_text.empty())
            name += fmt::format("={}", option->default_text);
    }
    return names;
}

namespace {

/// What a word may have meant that is no key.
std::vector<std::string> meant(std::string_view word) {
    for (const auto& [other, ours] : other_tools_words) {
        if (word == other) return {std::string(ours)};
    }
    return similar_options(word);
}

/// A part of a sentence, with a blank before it, or "".
std::string hint(std::string_view word) {
    for (const auto& [needless, why] : needless_words) {
        if (word == needless) return fmt::format(" ({})", why);
    }
    return did_you_mean(meant(word));
}

}  // namespace

std::string unknown_options_message(std::span<const std::string> keys) {
    std::string text;
    for (const std::string& key : keys) {
        text += fmt::format("{}'{}'{}", text.empty() ? "" : ", ", key, hint(key));
    }
    return fmt::format("unknown argument{} {}: see yolo help", keys.size() > 1 ? "s" : "", text);
}

Config::Config() : given_(option_table().size(), false) {
    values_.reserve(option_table().size());
    for (const OptionSpec& option : option_table()) {
        values_.push_back(option.default_text.empty() ? Value() : parse_value(option.default_text));
    }
}

void Config::store(std::string_view key, Value value) {
    const std::size_t index = index_of(key);
    values_[index] = checked_value(option_table()[index], std::move(value));
    given_[index] = true;
}

void Config::set(std::string_view key, Value value) {
    if (set_old_name(key, value)) return;
    if (key == "quantize") return set_quantize(key, value, QuantizeSource::quantize);
    if (key == "format" && (to_string(value) == "tflite" || to_string(value) == "tfjs")) {
        warnings_.push_back(fmt::format("format={} is now called litert", to_string(value)));
    }
    store(key, std::move(value));
}

/// An explicit precision beats int8, which beats half, in whatever order they are given.
void Config::set_quantize(std::string_view old_name, const Value& value, QuantizeSource source) {
    if (source < quantize_source_) {
        if (value.is_null() || text("quantize") == to_string(value)) return;
        warnings_.push_back(fmt::format("{} has no effect next to quantize={}", old_name, text("quantize")));
        return;
    }
    if (value.is_null() && quantize_source_ != QuantizeSource::none && quantize_source_ != source) return;
    const bool other = quantize_source_ != QuantizeSource::none && quantize_source_ != source;
    if (const std::string before = text("quantize"); other && before != to_string(value))
        warnings_.push_back(fmt::format("{} has no effect next to {}={}",
                                        quantize_source_ == QuantizeSource::half ? "half" : "int8", old_name,
                                        source == QuantizeSource::quantize ? as_typed(value) : "True"));
    store("quantize", value);
    if (!value.is_null()) quantize_source_ = source;
}

bool Config::set_old_name(std::string_view key, const Value& value) {
    const auto as_flag = [&] {
        const auto* set = std::get_if<bool>(&value);
        if (set == nullptr && !value.is_null()) wrong_value(key, value, describe(OptionType::boolean));
        return set != nullptr && *set;
    };
    const auto renamed = [&](std::string_view new_key, Value new_value) {
        warnings_.push_back(
            fmt::format("{} is an old name: it is taken as {}={}", key, new_key, as_typed(new_value)));
        store(new_key, std::move(new_value));
        return true;
    };
    if (key == "boxes") return renamed("show_boxes", value);
    if (key == "hide_labels") return renamed("show_labels", !as_flag());
    if (key == "hide_conf") return renamed("show_conf", !as_flag());
    if (key == "line_thickness") return renamed("line_width", value);
    if (key == "half" || key == "int8") {
        const bool is_half = key == "half";
        const Value bits = as_flag() ? Value(is_half ? 16 : 8) : Value();
        set_quantize(key, bits, is_half ? QuantizeSource::half : QuantizeSource::int8);
        return true;
    }
    if (key == "end2end") {
        const bool kept = flag("nms");
        return renamed("nms", as_flag() ? Value(false) : kept ? Value(true) : Value());
    }
    if (const OldName* old = find_old_name(key); old != nullptr && old->became.empty()) {
        warnings_.push_back(fmt::format("{} no longer exists: it is ignored", key));
        return true;
    }
    return false;
}

void Config::set_mode(Mode mode) {
    values_[index_of("mode")] = std::string(to_string(mode));
    for (const ModeDefault& row : mode_defaults) {
        const std::size_t index = index_of(row.key);
        const bool unset = !given_[index] || values_[index].is_null();
        if (row.mode == mode && unset) values_[index] = parse_value(row.text);
    }
}

const Value& Config::get(std::string_view key) const {
    return values_[index_of(key)];
}

bool Config::given(std::string_view key) const {
    return given_[index_of(key)];
}

bool Config::flag(std::string_view key) const {
    const Value& value = get(key);
    if (value.is_null()) return false;
    if (find_option(key)->type == OptionType::flag_or_share && !std::holds_alternative<bool>(value))
        return true;
    const auto* set = std::get_if<bool>(&value);
    if (set == nullptr) wrong_value(key, value, describe(OptionType::boolean));
    return *set;
}

std::int64_t Config::integer(std::string_view key) const {
    const Value& value = get(key);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    const auto* real = std::get_if<double>(&value);
    const bool whole = real != nullptr && std::trunc(*real) == *real && std::abs(*real) < 9e15;
    if (!whole) wrong_value(key, value, describe(OptionType::integer));
    return static_cast<std::int64_t>(*real);
}

double Config::number(std::string_view key) const {
    const Value& value = get(key);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    const auto* real = std::get_if<double>(&value);
    if (real == nullptr) wrong_value(key, value, describe(OptionType::number));
    return *real;
}

std::string Config::text(std::string_view key) const {
    const Value& value = get(key);
    return value.is_null() ? std::string() : to_string(value);
}

std::vector<int> Config::integers(std::string_view key) const {
    const Value& value = get(key);
    const auto single = [&](const Value& item) {
        const auto* integer = std::get_if<std::int64_t>(&item);
        const bool fits = integer != nullptr && *integer >= INT_MIN && *integer <= INT_MAX;
        if (!fits) wrong_value(key, value, describe(OptionType::integers));
        return static_cast<int>(*integer);
    };
    if (value.is_null()) return {};
    const auto* list = std::get_if<ValueList>(&value);
    if (list == nullptr) return {single(value)};
    std::vector<int> integers;
    for (const Value& item : *list) integers.push_back(single(item));
    return integers;
}

}  // namespace yolo
