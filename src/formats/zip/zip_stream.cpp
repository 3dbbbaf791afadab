// SPDX-License-Identifier: Apache-2.0
#include "formats/zip/zip_stream.hpp"

#include <limits>

#include <yolo/error.hpp>

#include "formats/bytes.hpp"
#include "formats/zip/zip.hpp"
#include "formats/zip/zip_format.hpp"

namespace yolo::formats {

namespace {

constexpr std::size_t local_header_size = 30, extra_header_size = 4, alignment = 64;
constexpr std::uint16_t needed_version = 20, utf8_names = 1U << 11U, padding_field = 0x4246;
constexpr std::uint16_t no_time = 0,
                        first_day = (1U << 5U) | 1U;  // 1980-01-01: the same content, the same file

/// The fields that the header of an entry and its line in the directory have in common.
std::string common_fields(std::uint32_t crc, std::uint64_t size, std::size_t name_size, std::size_t extra) {
    std::string fields;
    append_number(fields, needed_version, 2);
    append_number(fields, utf8_names, 2);
    append_number(fields, stored_method, 2);
    append_number(fields, no_time, 2);
    append_number(fields, first_day, 2);
    append_number(fields, crc, 4);
    append_number(fields, size, 4);
    append_number(fields, size, 4);
    append_number(fields, name_size, 2);
    append_number(fields, extra, 2);
    return fields;
}

}  // namespace

void ZipStream::put(std::string_view bytes) {
    sink_(std::as_bytes(std::span(bytes)));
    position_ += bytes.size();
}

void ZipStream::add(std::string_view name, std::span<const std::byte> content) {
    const std::uint32_t crc = zip_checksum(content);
    const std::uint64_t start = position_ + local_header_size + name.size() + extra_header_size;
    const std::size_t padding = (alignment - start % alignment) % alignment;

    append_number(directory_, central_signature, 4);
    append_number(directory_, needed_version, 2);
    directory_ += common_fields(crc, content.size(), name.size(), 0);
    directory_.append(2 + 2 + 2 + 4, '\0');  // comment, disk, attributes
    append_number(directory_, position_, 4);
    directory_ += name;
    ++entries_;

    std::string header;
    append_number(header, local_signature, 4);
    header += common_fields(crc, content.size(), name.size(), extra_header_size + padding);
    header += name;
    append_number(header, padding_field, 2);
    append_number(header, padding, 2);
    header.append(padding, '\0');
    put(header);
    sink_(content);
    position_ += content.size();
    if (position_ > std::numeric_limits<std::uint32_t>::max()) {
        throw Error("it would be larger than 4 GiB, which a checkpoint cannot be");
    }
}

void ZipStream::add(std::string_view name, std::string_view content) {
    add(name, std::as_bytes(std::span(content)));
}

void ZipStream::finish() {
    if (entries_ > std::numeric_limits<std::uint16_t>::max()) {
        throw Error("it would hold more than 65,535 arrays, which a checkpoint cannot");
    }
    std::string end;
    append_number(end, end_signature, 4);
    append_number(end, 0, 4);  // disks
    append_number(end, entries_, 2);
    append_number(end, entries_, 2);
    append_number(end, directory_.size(), 4);
    append_number(end, position_, 4);
    append_number(end, 0, 2);  // comment
    put(directory_ + end);
}

}  // namespace yolo::formats
