// SPDX-License-Identifier: Apache-2.0
#include "options/config_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "options/device_name.hpp"

namespace yolo {

namespace {

constexpr std::int64_t largest_integer =
    9'000'000'000'000'000;  ///< that a real number holds exactly, and more

std::optional<double> number_of(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value); real != nullptr && std::isfinite(*real)) return *real;
    return std::nullopt;
}

std::optional<std::int64_t> integer_of(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    const auto* real = std::get_if<double>(&value);
    if (real == nullptr || std::trunc(*real) != *real || std::abs(*real) > largest_integer)
        return std::nullopt;
    return static_cast<std::int64_t>(*real);
}

bool within(const Value& value, double low, double high) {
    const auto number = number_of(value);
    return number && *number >= low && *number <= high;
}

bool takes_numbers(OptionType type) {
    using enum OptionType;
    return type == number || type == fraction || type == integer || type == integers || type == image_size ||
           type == scale_range || type == data_share;
}

Value read_numbers(Value value) {
    if (auto* list = std::get_if<ValueList>(&value)) {
        for (Value& item : *list) item = read_numbers(std::move(item));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        Value read = parse_value(*text);
        if (!std::holds_alternative<std::string>(read) && !read.is_null()) return read;
    }
    return value;
}

/// `kind`, and what a number may be at least and at most.
std::string range_text(const OptionSpec& option, std::string_view kind) {
    if (option.minimum && option.maximum)
        return fmt::format("{} from {} to {}", kind, *option.minimum, *option.maximum);
    if (option.minimum) return fmt::format("{} of at least {}", kind, *option.minimum);
    return std::string(kind);
}

void check_range(const OptionSpec& option, const Value& value, std::string_view kind) {
    const double number = number_of(value).value();
    if ((option.minimum && number < *option.minimum) || (option.maximum && number > *option.maximum)) {
        wrong_value(option.name, value, range_text(option, kind));
    }
}

Value check_integer(const OptionSpec& option, const Value& value) {
    const auto integer = integer_of(value);
    if (!integer && number_of(value).value_or(0) > largest_integer)
        wrong_value(option.name, value, fmt::format("a whole number up to {}", largest_integer));
    if (!integer) wrong_value(option.name, value, range_text(option, "a whole number"));
    check_range(option, *integer, "a whole number");
    return *integer;
}

Value check_integers(const OptionSpec& option, const Value& value) {
    const auto* list = std::get_if<ValueList>(&value);
    if (list == nullptr) {
        if (!integer_of(value)) wrong_value(option.name, value, "a whole number or a list of whole numbers");
        return *integer_of(value);
    }
    ValueList integers;
    for (const Value& item : *list) {
        if (!integer_of(item)) wrong_value(option.name, value, "a whole number or a list of whole numbers");
        integers.emplace_back(*integer_of(item));
    }
    return integers;
}

constexpr std::int64_t largest_side = 1 << 15;

[[noreturn]] void refuse_image_size(const OptionSpec& option, const Value& value) {
    wrong_value(option.name, value,
                fmt::format("a whole number from 1 to {}, or [height, width]", largest_side));
}

Value check_image_size(const OptionSpec& option, const Value& value) {
    const auto* parts = std::get_if<ValueList>(&value);
    const bool whole =
        parts == nullptr
            ? integer_of(value).has_value()
            : std::ranges::all_of(*parts, [](const Value& v) { return integer_of(v).has_value(); });
    if (!whole) refuse_image_size(option, value);
    const Value integers = check_integers(option, value);
    const auto valid = [](const Value& item) { return within(item, 1, largest_side); };
    if (const auto* list = std::get_if<ValueList>(&integers)) {
        if (list->empty() || list->size() > 2 || !std::all_of(list->begin(), list->end(), valid))
            refuse_image_size(option, value);
    } else if (!valid(integers)) {
        refuse_image_size(option, value);
    }
    return integers;
}

Value check_scale_range(const OptionSpec& option, const Value& value) {
    if (within(value, 0, 1)) return value;
    const auto* list = std::get_if<ValueList>(&value);
    if (list != nullptr && list->size() == 2) {
        const auto low = number_of((*list)[0]), high = number_of((*list)[1]);
        if (low && high && *low <= *high) return value;
    }
    wrong_value(option.name, value, "a number from 0 to 1, or [smallest, largest]");
}

/// A ratio in (0, 1] when real, a count of pictures when whole; zero only where `zero_allowed`.
bool is_share(const Value& value, bool zero_allowed) {
    if (const auto* count = std::get_if<std::int64_t>(&value))
        return *count > 0 || (zero_allowed && *count == 0);
    const auto ratio = number_of(value);
    return ratio && *ratio <= 1 && (*ratio > 0 || (zero_allowed && *ratio == 0));
}

Value check_data_share(const OptionSpec& option, const Value& value) {
    if (is_share(value, false)) return value;
    const auto* list = std::get_if<ValueList>(&value);
    bool valid = list != nullptr && (list->size() == 2 || list->size() == 3);
    for (std::size_t i = 0; valid && i < list->size(); ++i) valid = is_share((*list)[i], i == 2);
    if (!valid) {
        wrong_value(
            option.name, value,
            "a share above 0 and up to 1, a count of pictures, or a list of either for train, val and test");
    }
    return value;
}

Value check_precision(const OptionSpec& option, const Value& value) {
    struct Alias {
        std::string_view text;
        std::int64_t bits;
    };
    constexpr std::array<Alias, 9> aliases = {{{"8", 8},
                                               {"16", 16},
                                               {"32", 32},
                                               {"int8", 8},
                                               {"fp16", 16},
                                               {"fp32", 32},
                                               {"w8a8", 8},
                                               {"w16a16", 16},
                                               {"w32a32", 32}}};
    std::string text = to_string(value);
    if (const auto integer = integer_of(value)) text = std::to_string(*integer);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const Alias& alias : aliases) {
        if (alias.text == text) return alias.bits;
    }
    if (text == "w8a16" || text == "w8a32") return text;
    wrong_value(option.name, value, "8, 16, 32, int8, fp16, fp32, w8a8, w16a16, w32a32, w8a16 or w8a32");
}

Value check_amp(const OptionSpec& option, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    const bool named = text != nullptr && (*text == "fp16" || *text == "bf16" || *text == "fp32");
    if (!named && !std::holds_alternative<bool>(value))
        wrong_value(option.name, value, "True, False, fp16, bf16 or fp32");
    return value;
}

/// A file or folder by name: numbers and flags are names as well.
Value check_path(const OptionSpec& option, const Value& value) {
    const bool many = option.type == OptionType::paths;
    if (const auto* list = std::get_if<ValueList>(&value)) {
        if (!many) wrong_value(option.name, value, describe(option.type));
        ValueList paths;
        for (const Value& item : *list) paths.push_back(check_path(option, item));
        return paths;
    }
    if (const auto* text = std::get_if<std::string>(&value)) return expand_home(*text).string();
    return many ? value : Value(to_string(value));
}

Value check_path_or_flag(const OptionSpec& option, const Value& value) {
    if (std::holds_alternative<bool>(value)) return value;
    if (!std::holds_alternative<std::string>(value)) wrong_value(option.name, value, describe(option.type));
    return check_path(option, value);
}

Value check_task(const OptionSpec& option, const Value& value) {
    const std::string text = to_string(value);
    for (const Task task : {Task::detect, Task::segment, Task::pose, Task::obb, Task::classify}) {
        if (text == to_string(task)) return value;
    }
    wrong_value(option.name, value, "detect, segment, pose, obb or classify");
}

Value check_mode(const OptionSpec& option, const Value& value) {
    if (!find_mode(to_string(value)))
        wrong_value(option.name, value, "train, val, predict, export, track or benchmark");
    return value;
}

/// The format names of older tools that became one.
Value renamed_format(const OptionSpec& option, Value value) {
    const auto* text = std::get_if<std::string>(&value);
    if (option.name == "format" && text != nullptr && (*text == "tflite" || *text == "tfjs"))
        return std::string("litert");
    return value;
}

void check_null(const OptionSpec& option) {
    const bool checked_by_mode = option.type == OptionType::any || is_path(option.type) ||
                                 option.type == OptionType::text_or_flag || option.type == OptionType::task ||
                                 option.type == OptionType::mode;
    if (option.default_text.empty() || checked_by_mode || option.name == "auto_augment") return;
    wrong_value(option.name, Value(), describe(option.type));
}

}  // namespace

void wrong_value(std::string_view key, const Value& value, std::string_view expected) {
    throw UsageError(
        fmt::format("{}={} is not possible: {} must be {}", key, as_typed(value), key, expected));
}

std::string as_typed(const Value& value) {
    if (value.is_null()) return "None";
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "True" : "False";
    const auto* list = std::get_if<ValueList>(&value);
    if (list == nullptr) return to_string(value);
    std::string items;
    for (const Value& item : *list) items += (items.empty() ? "" : ", ") + as_typed(item);
    return "[" + items + "]";
}

Value with_numbers(OptionType type, Value value) {
    return takes_numbers(type) ? read_numbers(std::move(value)) : value;
}

Value checked_value(const OptionSpec& option, Value given) {
    Value value = with_numbers(option.type, std::move(given));
    if (value.is_null()) {
        check_null(option);
        return value;
    }
    const bool is_text = std::holds_alternative<std::string>(value),
               is_flag = std::holds_alternative<bool>(value);
    switch (option.type) {
        case OptionType::number:
            if (!number_of(value)) wrong_value(option.name, value, range_text(option, "a number"));
            check_range(option, value, "a number");
            return value;
        case OptionType::fraction:
            if (!within(value, 0, 1)) wrong_value(option.name, value, describe(option.type));
            return value;
        case OptionType::integer:
            return check_integer(option, value);
        case OptionType::integers:
            return check_integers(option, value);
        case OptionType::boolean:
            if (!is_flag) wrong_value(option.name, value, describe(option.type));
            return value;
        case OptionType::text:
            if (number_of(value)) return to_string(value);  // a port, a year
            if (!is_text) wrong_value(option.name, value, describe(option));
            return renamed_format(option, std::move(value));
        case OptionType::text_or_flag:
            if (!is_text && !is_flag) wrong_value(option.name, value, describe(option.type));
            return value;
        case OptionType::flag_or_share:
            if (!is_flag && !within(value, 0, 1)) wrong_value(option.name, value, describe(option.type));
            return value;
        case OptionType::name:
        case OptionType::path:
        case OptionType::paths:
            return check_path(option, value);
        case OptionType::path_or_flag:
            return check_path_or_flag(option, value);
        case OptionType::device:
            return canonical_device(value);
        case OptionType::image_size:
            return check_image_size(option, value);
        case OptionType::scale_range:
            return check_scale_range(option, value);
        case OptionType::data_share:
            return check_data_share(option, value);
        case OptionType::precision:
            return check_precision(option, value);
        case OptionType::amp:
            return check_amp(option, value);
        case OptionType::task:
            return check_task(option, value);
        case OptionType::mode:
            return check_mode(option, value);
        case OptionType::any:
            return value;
    }
    return value;
}

const char* describe(OptionType type) {
    switch (type) {
        case OptionType::number:
            return "a number";
        case OptionType::fraction:
            return "a number from 0 to 1";
        case OptionType::integer:
            return "a whole number";
        case OptionType::integers:
            return "a whole number or a list of whole numbers";
        case OptionType::boolean:
            return "True or False";
        case OptionType::text:
            return "text";
        case OptionType::text_or_flag:
            return "True, False or text";
        case OptionType::flag_or_share:
            return "True, False or a number from 0 to 1";
        case OptionType::name:
            return "the name of a folder";
        case OptionType::path:
            return "a file or folder";
        case OptionType::paths:
            return "a file, folder, address or number";
        case OptionType::path_or_flag:
            return "True, False or a file";
        case OptionType::device:
            return "cpu, the number of a GPU, or a list of numbers";
        case OptionType::image_size:
            return "a positive whole number, or [height, width]";
        case OptionType::scale_range:
            return "a number from 0 to 1, or [smallest, largest]";
        case OptionType::data_share:
            return "a share, a count or a list of either";
        case OptionType::precision:
            return "8, 16, 32 or the name of a precision";
        case OptionType::amp:
            return "True, False, fp16, bf16 or fp32";
        case OptionType::task:
            return "a task";
        case OptionType::mode:
            return "a mode";
        case OptionType::any:
            return "a value";
    }
    return "a value";
}

}  // namespace yolo
