// SPDX-License-Identifier: Apache-2.0
#include "core/python_literal.hpp"

#include <fmt/core.h>

namespace yolo {

namespace {

std::string escaped(char c, char quote) {
    switch (c) {
        case '\\':
            return "\\\\";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            break;
    }
    if (c == quote) return std::string("\\") + c;
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) return fmt::format("\\x{:02x}", code);
    return std::string(1, c);
}

}  // namespace

std::string python_quoted(std::string_view text) {
    const bool single = text.find('\'') != std::string_view::npos;
    const bool both = single && text.find('"') != std::string_view::npos;
    const char quote = single && !both ? '"' : '\'';
    std::string quoted(1, quote);
    for (const char c : text) quoted += escaped(c, quote);
    return quoted + quote;
}

std::string python_text(const Json& value) {
    std::string text;
    const auto add = [&text](const std::string& item) { text += (text.empty() ? "" : ", ") + item; };
    switch (value.type()) {
        case Json::value_t::null:
            return "None";
        case Json::value_t::boolean:
            return value.get<bool>() ? "True" : "False";
        case Json::value_t::string:
            return python_quoted(value.get_ref<const std::string&>());
        case Json::value_t::array:
            for (const Json& item : value) add(python_text(item));
            return "[" + text + "]";
        case Json::value_t::object:
            for (const auto& [key, item] : value.items())
                add(fmt::format("{}: {}", python_quoted(key), python_text(item)));
            return "{" + text + "}";
        default:
            return json_text(value);
    }
}

std::string python_numbered(const Json& list) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", i, python_text(list[i]));
    return "{" + text + "}";
}

}  // namespace yolo
