// SPDX-License-Identifier: Apache-2.0
#include "sources/container_end.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sources/matroska.hpp"

namespace yolo::sources {

namespace {

using Bytes = std::span<const std::byte>;
using namespace std::string_view_literals;

std::string_view text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t big_endian_number(Bytes bytes) {
    std::uint64_t value = 0;
    for (const std::byte byte : bytes) value = value << 8 | static_cast<std::uint64_t>(byte);
    return value;
}

std::uint64_t little_endian_number(Bytes bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<std::uint64_t>(bytes[i]);
    return value;
}

/// MOV and MP4 files are a row of boxes, each with its size and a name of 4 letters.
struct Box {
    std::string_view name;
    bool last = false;  ///< nothing follows it: it ends with the file, or behind it, or is damaged
    bool cut = false;   ///< it ends behind the file
};

/// The box at the start of `rest`, which is moved behind it.
std::optional<Box> take_box(Bytes& rest) {
    if (rest.size() < 16) return std::nullopt;
    std::uint64_t size = big_endian_number(rest.first(4));  // 0: to the end
    if (size == 1) size = big_endian_number(rest.subspan(8, 8));
    const bool last = size < 8 || size >= rest.size();
    const Box box{text_of(rest.subspan(4, 4)), last, size > rest.size()};
    rest = last ? Bytes{} : rest.subspan(size);
    return box;
}

bool is_movie(Bytes file) {
    return file.size() >= 16 && text_of(file.subspan(4, 4)) == "ftyp";
}

bool movie_is_cut(Bytes file) {
    while (const auto box = take_box(file)) {
        // Telephones append what is no box.
        if (box->cut) return box->name == "mdat" || box->name == "moof";
    }
    return false;
}

/// ASF (Microsoft's "Advanced Systems Format", section 3.2): its header says how large the file is, unless it
/// was broadcast.
bool asf_is_cut(Bytes file) {
    constexpr auto properties = "\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65"sv;
    constexpr std::size_t looked_at = 1U << 20, size_at = 40, flags_at = 88, length = 104;
    const std::size_t at = text_of(file.first(std::min(file.size(), looked_at))).find(properties);
    if (at == std::string_view::npos || file.size() - at < length) return false;
    const Bytes object = file.subspan(at);
    const bool broadcast = little_endian_number(object.subspan(flags_at, 4)) % 2 != 0;
    return !broadcast && little_endian_number(object.subspan(size_at, 8)) > file.size();
}

}  // namespace

bool lacks_index(Bytes file) {
    if (!is_movie(file)) return false;
    while (const auto box = take_box(file)) {
        if (box->name == "moov" || box->name == "moof") return false;
    }
    return true;
}

bool reaches_behind_end(Bytes file) {
    if (is_movie(file)) return movie_is_cut(file);
    if (text_of(file).starts_with("\x30\x26\xB2\x75"sv)) return asf_is_cut(file);
    return matroska_is_cut(file);
}

}  // namespace yolo::sources
