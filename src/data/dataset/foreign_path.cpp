// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/foreign_path.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "core/utf8_text.hpp"
#include "data/dataset/label_numbers.hpp"

namespace yolo::data {

bool is_windows_path(std::string_view text) {
    if (text.starts_with("\\\\")) return true;
    return text.size() > 2 && std::isalpha(static_cast<unsigned char>(text[0])) != 0 && text[1] == ':' &&
           (text[2] == '\\' || text[2] == '/');
}

std::string with_slashes(std::string_view text) {
    std::string slashes(text);
    std::replace(slashes.begin(), slashes.end(), '\\', '/');
    return slashes;
}

bool is_address(std::string_view text) {
    const std::size_t at = text.find("://");
    return at != std::string_view::npos && at > 0 &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at),
                       [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-'; });
}

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string shown(std::string_view path) {
    return printable(path);
}

std::string encoding_problem(std::string_view text) {
    const std::string_view begin = text.substr(0, 64);
    const bool marked = begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF");
    if (marked || begin.find('\0') != std::string_view::npos)
        return marked ? "it is UTF-16 text, save it as UTF-8" : "it is not a text file";
    if (is_utf8(text)) return "";
    std::string_view rest = text;
    int line = 1;
    for (; !rest.empty(); ++line) {
        const std::size_t end = rest.find('\n');
        if (!is_utf8(rest.substr(0, end)) || end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return fmt::format("line {} is not UTF-8 text, save the file as UTF-8", line);
}

}  // namespace yolo::data
