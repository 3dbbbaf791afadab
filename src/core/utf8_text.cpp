// SPDX-License-Identifier: Apache-2.0
#include "core/utf8_text.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <iconv.h>

#include "core/files.hpp"

namespace yolo {

namespace {

std::string from_utf16(std::string text, const char* order) {
    std::string utf8(text.size() * 2, '\0');
    const iconv_t converter = ::iconv_open("UTF-8", order);
    if (converter == reinterpret_cast<iconv_t>(-1)) return text;
    char* in = text.data();
    char* out = utf8.data();
    std::size_t in_left = text.size(), out_left = utf8.size();
    const bool whole = ::iconv(converter, &in, &in_left, &out, &out_left) != static_cast<std::size_t>(-1);
    ::iconv_close(converter);
    utf8.resize(utf8.size() - out_left);
    return whole ? utf8 : utf8 + "\xEF\xBF\xBD";
}

}  // namespace

std::string as_utf8(std::string text) {
    if (text.starts_with("\xFF\xFE")) return from_utf16(text.substr(2), "UTF-16LE");
    if (text.starts_with("\xFE\xFF")) return from_utf16(text.substr(2), "UTF-16BE");
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    return text;
}

std::string read_utf8(const std::filesystem::path& path) {
    return as_utf8(read_text(path));
}

std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    if (!text.empty()) text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
    return line;
}

std::string printable(std::string_view text) {
    std::string shown;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= ' ' && byte != 0x7F) {
            shown += c;
        } else {
            shown += c == '\n'   ? std::string("\\n")
                     : c == '\r' ? std::string("\\r")
                     : c == '\t' ? std::string("\\t")
                                 : fmt::format("\\x{:02x}", byte);
        }
    }
    return shown;
}

}  // namespace yolo
