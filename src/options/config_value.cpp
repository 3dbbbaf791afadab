// SPDX-License-Identifier: Apache-2.0
/// \file Values as text. Command lines written for the field's Python tools are full of Python literals
/// (640,480, [0, 2], 'a b'), so those are read; anything that is not one is plain text.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include <yolo/config.hpp>

#include "core/trimmed.hpp"

namespace yolo {

namespace {

constexpr int deepest_literal = 16;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Without what Python takes for blanks.
std::string_view stripped(std::string_view text) {
    return trimmed(text, " \t\r\n\f\v");
}

/// Python numbers may have single underscores between digits. Returns false for any other use of them.
bool remove_underscores(std::string_view text, std::string& digits) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            digits += text[i];
            continue;
        }
        const auto is_digit = [&](std::size_t at) {
            return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at]));
        };
        if (i == 0 || !is_digit(i - 1) || !is_digit(i + 1)) return false;
    }
    return true;
}

std::optional<Value> parse_integer(std::string_view digits, bool negative) {
    int base = 10;
    if (digits.size() > 2 && digits[0] == '0') {
        const char prefix = static_cast<char>(std::tolower(static_cast<unsigned char>(digits[1])));
        base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 10;
        if (base != 10) digits.remove_prefix(2);
    }
    const bool leading_zero = base == 10 && digits.size() > 1 && digits[0] == '0';
    if (leading_zero && digits.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc() || end != digits.data() + digits.size() || digits[0] == '-') return std::nullopt;
    return Value(negative ? -number : number);
}

std::optional<Value> parse_number(std::string_view text) {
    bool negative = false;
    while (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        negative ^= text[0] == '-';
        text = stripped(text.substr(1));
    }
    std::string digits;
    if (text.empty() || !remove_underscores(text, digits)) return std::nullopt;
    if (!std::isdigit(static_cast<unsigned char>(digits[0])) && digits[0] != '.') return std::nullopt;
    if (auto integer = parse_integer(digits, negative)) return integer;
    const bool whole = digits.find_first_not_of("0123456789") == std::string::npos;
    if (whole && digits[0] == '0') return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return Value(negative ? -number : number);
}

std::optional<Value> parse_quoted(std::string_view text) {
    const char quote = text[0];
    std::string content;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == quote) return i + 1 == text.size() ? std::optional<Value>(content) : std::nullopt;
        if (text[i] == '\\' && i + 1 < text.size()) {
            const char escaped = text[++i];
            if (escaped != '\\' && escaped != '\'' && escaped != '"' && escaped != 'n' && escaped != 't')
                content += '\\';
            content += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
        } else {
            content += text[i];
        }
    }
    return std::nullopt;
}

/// Splits at commas outside brackets and quotes. A comma at the very end adds nothing.
std::optional<std::vector<std::string_view>> split_items(std::string_view text) {
    std::vector<std::string_view> items;
    int depth = 0;
    char quote = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == '\\')
                ++i;
            else if (c == quote)
                quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '[' || c == '(') {
            ++depth;
        } else if (c == ']' || c == ')') {
            if (--depth < 0) return std::nullopt;
        } else if (c == ',' && depth == 0) {
            items.push_back(stripped(text.substr(start, i - start)));
            start = i + 1;
        }
    }
    if (depth != 0 || quote != 0) return std::nullopt;
    const std::string_view last = stripped(text.substr(start));
    if (!last.empty() || items.empty()) items.push_back(last);
    return items;
}

std::optional<Value> parse_literal(std::string_view text, int depth);

std::optional<Value> parse_items(const std::vector<std::string_view>& items, int depth) {
    ValueList list;
    for (const std::string_view item : items) {
        auto value = parse_literal(item, depth + 1);
        if (!value) return std::nullopt;
        list.push_back(std::move(*value));
    }
    return Value(std::move(list));
}

std::optional<Value> parse_literal(std::string_view text, int depth) {
    if (text.empty() || depth > deepest_literal) return std::nullopt;
    if (text == "None") return Value();
    if (text == "True" || text == "False") return Value(text == "True");
    const auto items = split_items(text);
    if (!items) return std::nullopt;
    if (items->size() > 1 || text.back() == ',') return parse_items(*items, depth);
    const bool list = text.front() == '[' && text.back() == ']',
               tuple = text.front() == '(' && text.back() == ')';
    if (list || tuple) {
        const std::string_view inside = stripped(text.substr(1, text.size() - 2));
        if (inside.empty()) return Value(ValueList());
        const auto inner = split_items(inside);
        if (!inner) return std::nullopt;
        const bool parenthesised = tuple && inner->size() == 1 && inside.back() != ',';
        return parenthesised ? parse_literal(inside, depth + 1) : parse_items(*inner, depth);
    }
    if (text.front() == '\'' || text.front() == '"') return parse_quoted(text);
    return parse_number(text);
}

/// The shortest text that reads back as the same number, always recognisable as a real one: 1.0, 1.0e-05.
std::string real_text(double number) {
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".n") != std::string::npos) return text;
    const std::size_t exponent = text.find('e');
    text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
    return text;
}

struct TextOf {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return real_text(number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const ValueList& list) const {
        std::string text = "[";
        for (const Value& item : list) text += (text.size() > 1 ? ", " : "") + to_string(item);
        return text + "]";
    }
};

}  // namespace

std::string to_string(const Value& value) {
    return std::visit(TextOf(), value);
}

Value parse_value(std::string_view text) {
    text = stripped(text);
    if (equal_ignoring_case(text, "none")) return {};
    if (equal_ignoring_case(text, "true")) return true;
    if (equal_ignoring_case(text, "false")) return false;
    if (auto literal = parse_literal(text, 0)) return std::move(*literal);
    return std::string(text);
}

}  // namespace yolo
