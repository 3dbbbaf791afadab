// SPDX-License-Identifier: Apache-2.0
#include "core/json.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo {

namespace {

constexpr int deepest_yaml = 64;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<bool> yaml_flag(std::string_view text) {
    if (is_one_of(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
    if (is_one_of(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) return false;
    return std::nullopt;
}

/// Takes the sign off.
bool take_minus(std::string_view& text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    return negative;
}

bool starts_with_digit(std::string_view text) {
    return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

/// The whole text as a number, its underscores left out.
template <class Number, class... Format>
std::optional<Number> parse_digits(std::string_view text, Format... format) {
    std::string digits(text);
    std::erase(digits, '_');
    Number number = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, number, format...);
    if (error != std::errc() || end != last || digits[0] == '-') return std::nullopt;
    return number;
}

/// Decimal, 0x hexadecimal, 0b binary, or octal after a leading 0.
std::optional<std::int64_t> yaml_integer(std::string_view text) {
    const bool negative = take_minus(text);
    if (!starts_with_digit(text)) return std::nullopt;
    int base = 10;
    if (text[0] == '0' && text.size() > 1) {
        base = text[1] == 'x' ? 16 : text[1] == 'b' ? 2 : 8;
        text.remove_prefix(base == 8 ? 1 : 2);
    }
    const auto number = parse_digits<std::int64_t>(text, base);
    return number && negative ? -*number : number;
}

/// A point among the digits, and a sign in an exponent: 1e3 and 1.5e3 are text.
bool looks_real(std::string_view text, bool has_sign) {
    const bool leading_point = !has_sign && text.starts_with('.') && starts_with_digit(text.substr(1));
    if (!starts_with_digit(text) && !leading_point) return false;
    const std::size_t point = text.find('.'), exponent = text.find_first_of("eE");
    if (exponent == std::string_view::npos) return point != std::string_view::npos;
    return point < exponent && is_one_of(text.substr(exponent + 1, 1), {"+", "-"}) &&
           text.find('_', exponent) == std::string_view::npos;
}

std::optional<double> yaml_real(std::string_view text) {
    if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return std::numeric_limits<double>::quiet_NaN();
    const bool has_sign = text.starts_with('-') || text.starts_with('+'), negative = take_minus(text);
    std::optional<double> number;
    if (is_one_of(text, {".inf", ".Inf", ".INF"})) number = std::numeric_limits<double>::infinity();
    if (looks_real(text, has_sign)) number = parse_digits<double>(text, std::chars_format::general);
    return number && negative ? -*number : number;
}

/// As PyYAML resolves a plain scalar, but numbers of base 60 (12:30) and dates stay text.
Json scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return text;  // quoted
    if (text.empty() || is_one_of(text, {"~", "null", "Null", "NULL"})) return nullptr;
    if (const auto flag = yaml_flag(text)) return *flag;
    if (const auto integer = yaml_integer(text)) return *integer;
    if (const auto real = yaml_real(text)) return *real;
    return text;
}

/// An alias stands for a copy of its anchor: a few lines can stand for more values than memory holds.
class YamlConverter {
  public:
    YamlConverter(const std::string& where, std::vector<std::string>* repeated)
        : where_(where), repeated_(repeated) {}

    Json convert(const YAML::Node& node, int depth = 0) {
        constexpr int most_values = 2'000'000;
        if (depth > deepest_yaml)
            throw Error(fmt::format("{}: nested deeper than {} levels", where_, deepest_yaml));
        if (++values_ > most_values)
            throw Error(fmt::format("{}: more than {} values (aliases count as what they stand for)", where_,
                                    most_values));
        switch (node.Type()) {
            case YAML::NodeType::Scalar:
                return scalar(node);
            case YAML::NodeType::Sequence: {
                Json list = Json::array();
                for (const auto& item : node) list.push_back(convert(item, depth + 1));
                return list;
            }
            case YAML::NodeType::Map: {
                Json object = Json::object();
                for (const auto& item : node) {
                    const std::string& key = item.first.Scalar();
                    if (repeated_ != nullptr && object.contains(key)) repeated_->push_back("key " + key);
                    object[key] = convert(item.second, depth + 1);
                }
                return object;
            }
            default:
                return nullptr;
        }
    }

  private:
    const std::string& where_;
    std::vector<std::string>* repeated_;
    int values_ = 0;
};

std::string_view line_of(std::string_view text, int line) {
    for (; line > 0 && text.find('\n') != std::string_view::npos; --line)
        text.remove_prefix(text.find('\n') + 1);
    return text.substr(0, text.find_first_of("\r\n"));
}

/// A line like "train:images/train" up to that one: one text, not a key and its value.
bool lacks_blank(std::string_view text, int line) {
    for (int i = 0; i <= line; ++i) {
        const std::string_view row = line_of(text, i);
        const std::size_t colon = row.find(':');
        if (colon == std::string_view::npos || row.find_first_of(" '\"[{#") < colon) continue;
        const std::string_view rest = row.substr(colon + 1);
        if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') return true;
    }
    return false;
}

/// What people do that YAML's readers report as something else; "" when it is none of it.
std::string_view yaml_advice(std::string_view text, const YAML::Exception& error) {
    const std::string_view line = line_of(text, error.mark.line);
    const std::size_t first = line.find_first_not_of(' ');
    if (first != std::string_view::npos && line[first] == '\t') return " (lines begin with blanks, not tabs)";
    const std::string_view message = error.msg;
    if (message.find("escape") != std::string_view::npos ||
        message.find("hex number") != std::string_view::npos)
        return " (\\ means something else in double quotes: write paths with /)";
    if (message.find("flow not found") != std::string_view::npos || message.find("end of sequence") == 0 ||
        message.find("end of map") == 0)
        return " (a [ or { is not closed)";
    if (message.find("illegal map value") == std::string_view::npos) return "";
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos && line.find(": ", colon + 2) != std::string_view::npos)
        return " (a text that holds ': ' needs quotes)";
    return lacks_blank(text, error.mark.line) ? " (a blank is missing behind a key's colon)" : "";
}

}  // namespace

Json parse_yaml(std::string_view text, const std::string& where, std::vector<std::string>* repeated) {
    try {
        return YamlConverter(where, repeated).convert(YAML::Load(std::string(text)));
    } catch (const YAML::Exception& error) {
        throw Error(fmt::format("{}, line {}: {}{}", where, error.mark.line + 1, error.msg,
                                yaml_advice(text, error)));
    }
}

Json read_yaml(const std::filesystem::path& path) {
    return parse_yaml(read_text(path), path.string());
}

Json parse_json(std::string_view text, const std::string& where) {
    try {
        return Json::parse(text);
    } catch (const Json::exception& error) {
        std::string_view reason = error.what();  // [json.exception.parse_error.101] parse error at line 1 ...
        if (reason.starts_with('[')) reason.remove_prefix(std::min(reason.find("] ") + 2, reason.size()));
        throw Error(fmt::format("{}: not valid JSON ({})", where, reason));
    }
}

std::string json_text(const Json& value, int indent) {
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string text_or_json(const Json& value) {
    return value.is_string() ? value.get<std::string>() : json_text(value);
}

}  // namespace yolo
