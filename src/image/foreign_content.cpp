// SPDX-License-Identifier: Apache-2.0
#include "image/foreign_content.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace yolo::image {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t looked_at = 1024;

struct Start {
    std::size_t offset;
    std::string_view bytes;
    const char* content;
};

constexpr std::array videos{
    Start{4, "ftyp"sv, ""},       Start{4, "moov"sv, ""},
    Start{4, "mdat"sv, ""},       Start{4, "wide"sv, ""},
    Start{8, "AVI "sv, ""},       Start{0, "\x1A\x45\xDF\xA3"sv, ""},
    Start{0, "\0\0\1\xBA"sv, ""}, Start{0, "\0\0\1\xB3"sv, ""},
    Start{0, "FLV\1"sv, ""},      Start{0, "\x30\x26\xB2\x75"sv, ""},
};

constexpr std::array contents{
    Start{0, "%PDF"sv, "a PDF document"},
    Start{0, "PK\3\4"sv, "a zip archive"},
    Start{0, "\x1F\x8B"sv, "a gzip archive"},
    Start{0, "Rar!"sv, "a RAR archive"},
    Start{0, "7z\xBC\xAF"sv, "a 7z archive"},
    Start{0, "version https://git-lfs"sv,
          "a pointer of Git LFS instead of the file (git lfs pull fetches it)"},
};

bool starts(std::string_view text, const Start& start) {
    return text.size() >= start.offset && text.substr(start.offset).starts_with(start.bytes);
}

/// What a text is that begins with a bracket, in small letters and without leading blanks.
std::string markup(std::string_view text) {
    if (text.starts_with("<!doctype html") || text.starts_with("<html")) return "a web page";
    if (text.starts_with('<') && text.find("<svg") != std::string_view::npos) return "an SVG drawing";
    if (text.starts_with('<')) return "XML text";
    return text.starts_with('{') || text.starts_with('[') ? "JSON text" : "text";
}

}  // namespace

bool holds_video(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    constexpr std::size_t packet = 188;  // of an MPEG transport stream: each begins with 0x47
    if (text.size() > 2 * packet && text[0] == 'G' && text[packet] == 'G' && text[2 * packet] == 'G')
        return true;
    return std::ranges::any_of(videos, [&](const Start& start) { return starts(text, start); });
}

std::string foreign_content(std::span<const std::byte> bytes) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), looked_at));
    if (holds_video(bytes)) return "a video";
    for (const Start& start : contents) {
        if (starts(text, start)) return start.content;
    }
    if (!text.empty() && text.find_first_not_of('\0') == std::string_view::npos) return "zeros only";
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // byte-order mark
    const auto readable = [](unsigned char c) { return c >= 0x20 || std::isspace(c) != 0; };
    if (!std::ranges::all_of(text, readable)) return "";
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    std::string small(text);
    std::ranges::transform(small, small.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return small.empty() ? "" : markup(small);
}

}  // namespace yolo::image
