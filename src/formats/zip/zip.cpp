// SPDX-License-Identifier: Apache-2.0
#include "formats/zip/zip.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/core.h>
#include <zlib.h>

#include "formats/byte_reader.hpp"
#include "formats/zip/zip_format.hpp"

namespace yolo::formats {

namespace {

// Signatures and the sizes of the fixed parts of the records, sections 4.3.14 to 4.3.16 of the standard.
constexpr std::uint32_t end64_signature = 0x06064b50, locator64_signature = 0x07064b50;
constexpr std::size_t end_size = 22, locator64_size = 20, longest_comment = 65535;
constexpr std::uint16_t encrypted_flag = 1;
constexpr std::uint16_t extra_zip64 = 1;
constexpr std::uint32_t in_zip64 = 0xFFFFFFFF;  // "the real value is in the zip64 field"
constexpr std::uint64_t best_deflate_ratio = 1032;

constexpr std::string_view broken_directory = "its zip directory is damaged";

struct Directory {
    std::uint64_t count = 0, size = 0, offset = 0;
};

std::uint32_t signature_at(std::span<const std::byte> bytes, std::size_t position) {
    return ByteReader(bytes.subspan(position), broken_directory).number<std::uint32_t>();
}

/// Searches the end-of-central-directory record from the back, over a comment of any length.
std::optional<std::size_t> find_end_record(std::span<const std::byte> bytes) {
    if (bytes.size() < end_size) return std::nullopt;
    const std::size_t last = bytes.size() - end_size;
    const std::size_t first = last > longest_comment ? last - longest_comment : 0;
    for (std::size_t position = last + 1; position-- > first;) {
        if (signature_at(bytes, position) == end_signature) return position;
    }
    return std::nullopt;
}

/// The zip64 record, when there is one in front of the end record.
std::optional<Directory> read_directory64(std::span<const std::byte> bytes, std::size_t end_position) {
    if (end_position < locator64_size) return std::nullopt;
    const std::size_t locator_position = end_position - locator64_size;
    if (signature_at(bytes, locator_position) != locator64_signature) return std::nullopt;
    ByteReader locator(bytes.subspan(locator_position + 8), broken_directory);
    const auto position = locator.number<std::uint64_t>();
    if (position > locator_position) throw Error(std::string(broken_directory));
    ByteReader record(bytes.subspan(static_cast<std::size_t>(position)), broken_directory);
    if (record.number<std::uint32_t>() != end64_signature) throw Error(std::string(broken_directory));
    record.skip(8 + 2 + 2 + 4 + 4 + 8);  // record size, versions, disks, entries on this disk
    Directory directory;
    directory.count = record.number<std::uint64_t>();
    directory.size = record.number<std::uint64_t>();
    directory.offset = record.number<std::uint64_t>();
    return directory;
}

Directory read_directory(std::span<const std::byte> bytes) {
    const std::optional<std::size_t> position = find_end_record(bytes);
    if (!position) {
        throw Error(
            "it is cut short (a zip archive without its directory at the end): copy or download it again");
    }
    if (const auto directory = read_directory64(bytes, *position)) return *directory;
    ByteReader end(bytes.subspan(*position + 8), broken_directory);  // signature, disk numbers
    Directory directory;
    const auto on_this_disk = end.number<std::uint16_t>();
    directory.count = end.number<std::uint16_t>();
    if (on_this_disk != directory.count) throw Error("it is one part of a zip archive in several parts");
    directory.size = end.number<std::uint32_t>();
    directory.offset = end.number<std::uint32_t>();
    return directory;
}

/// Takes the 64-bit values that did not fit into the entry, in their fixed order (section 4.5.3).
void read_zip64_extra(std::span<const std::byte> extra, ZipEntry& entry) {
    ByteReader fields(extra, broken_directory);
    while (fields.left() >= 4) {
        const auto id = fields.number<std::uint16_t>();
        const auto size = fields.number<std::uint16_t>();
        if (size > fields.left()) return;  // padding that is no field
        ByteReader field(fields.take(size), broken_directory);
        if (id != extra_zip64) continue;
        for (std::uint64_t* value : {&entry.size, &entry.packed_size, &entry.header_offset}) {
            if (*value == in_zip64) *value = field.number<std::uint64_t>();
        }
        return;
    }
}

std::pair<std::string_view, ZipEntry> read_central_header(ByteReader& directory) {
    if (directory.number<std::uint32_t>() != central_signature) throw Error(std::string(broken_directory));
    directory.skip(4);  // versions
    ZipEntry entry;
    entry.flags = directory.number<std::uint16_t>();
    entry.method = directory.number<std::uint16_t>();
    directory.skip(4);  // time and date
    entry.crc = directory.number<std::uint32_t>();
    entry.packed_size = directory.number<std::uint32_t>();
    entry.size = directory.number<std::uint32_t>();
    const auto name_size = directory.number<std::uint16_t>();
    const auto extra_size = directory.number<std::uint16_t>();
    const auto comment_size = directory.number<std::uint16_t>();
    directory.skip(2 + 2 + 4);  // disk, attributes
    entry.header_offset = directory.number<std::uint32_t>();
    const std::string_view name = directory.text(name_size);
    read_zip64_extra(directory.take(extra_size), entry);
    directory.skip(comment_size);
    return {name, entry};
}

/// Inflates raw deflate data of a known size; anything else than exactly that size is an error.
SharedBytes inflate_entry(std::span<const std::byte> packed, const ZipEntry& entry) {
    constexpr std::uint64_t largest_call = std::numeric_limits<uInt>::max();
    if (packed.size() > largest_call || entry.size > largest_call) {
        throw Error("has a compressed part of more than 4 GiB: save it without compression");
    }
    auto buffer = std::make_shared_for_overwrite<std::byte[]>(static_cast<std::size_t>(entry.size));
    z_stream stream = {};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw Error("cannot be decompressed: no memory");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(buffer.get());
    stream.avail_out = static_cast<uInt>(entry.size);
    const int status = inflate(&stream, Z_FINISH);
    const bool whole = status == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    const std::span<const std::byte> content(buffer.get(), static_cast<std::size_t>(entry.size));
    if (!whole || zip_checksum(content) != entry.crc) throw Error("has damaged compressed data");
    return {content, buffer};
}

}  // namespace

std::uint32_t zip_checksum(std::span<const std::byte> content) {
    uLong crc = crc32(0, nullptr, 0);
    while (!content.empty()) {  // zlib counts in 32 bits
        const std::size_t count = std::min<std::size_t>(content.size(), std::numeric_limits<uInt>::max());
        crc = crc32(crc, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(count));
        content = content.subspan(count);
    }
    return static_cast<std::uint32_t>(crc);
}

bool ZipArchive::is_zip(std::span<const std::byte> bytes) {
    return bytes.size() >= 4 && signature_at(bytes, 0) == local_signature;
}

bool ZipArchive::ends_in_zip(std::span<const std::byte> bytes) {
    return find_end_record(bytes).has_value();
}

ZipArchive::ZipArchive(SharedBytes archive) : archive_(std::move(archive)) {
    const Directory directory = read_directory(archive_.bytes);
    if (directory.offset > archive_.bytes.size() ||
        directory.size > archive_.bytes.size() - directory.offset) {
        throw Error(std::string(broken_directory));
    }
    ByteReader headers(archive_.bytes.subspan(static_cast<std::size_t>(directory.offset),
                                              static_cast<std::size_t>(directory.size)),
                       broken_directory);
    for (std::uint64_t i = 0; i < directory.count;
         ++i) {  // ends by itself: each header takes 46 bytes off the rest
        const auto [name, entry] = read_central_header(headers);
        if (!entries_.emplace(name, entry).second) {
            throw Error(fmt::format("its zip archive holds '{}' twice", name));
        }
    }
}

std::span<const std::byte> ZipArchive::packed(std::string_view name, const ZipEntry& entry) const {
    const std::string damaged = fmt::format("the entry '{}' of its zip archive lies outside the file", name);
    if (entry.header_offset > archive_.bytes.size()) throw Error(damaged);
    ByteReader local(archive_.bytes.subspan(static_cast<std::size_t>(entry.header_offset)), damaged);
    if (local.number<std::uint32_t>() != local_signature) throw Error(damaged);
    local.skip(22);  // the same as in the directory, or zeros where a data descriptor follows
    const auto name_size = local.number<std::uint16_t>();
    const auto extra_size = local.number<std::uint16_t>();
    local.skip(std::uint64_t{name_size} + extra_size);
    return local.take(entry.packed_size);
}

SharedBytes ZipArchive::read(std::string_view name, Allowance& allowance) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) throw Error(fmt::format("its zip archive has no entry '{}'", name));
    const ZipEntry& entry = found->second;
    const auto refuse = [&](std::string_view why) {
        throw Error(fmt::format("the entry '{}' of its zip archive {}", name, why));
    };
    if ((entry.flags & encrypted_flag) != 0) refuse("is encrypted");
    const std::span<const std::byte> data = packed(name, entry);
    if (entry.method == stored_method) {
        if (entry.size != entry.packed_size) refuse("is stored with two different sizes");
        return {data, archive_.owner};
    }
    if (entry.method != deflate_method)
        refuse(fmt::format("uses the compression method {}: only deflate is read", entry.method));
    if (entry.size / best_deflate_ratio > data.size()) refuse("claims a size that deflate cannot reach");
    allowance.spend(entry.size);
    try {
        return inflate_entry(data, entry);
    } catch (const Error& error) {
        refuse(error.what());
        throw;
    }
}

void ZipArchive::verify() const {
    for (const auto& [name, entry] : entries_) {
        if (entry.method == stored_method && zip_checksum(packed(name, entry)) != entry.crc) {
            throw Error(
                fmt::format("the entry '{}' of its zip archive is damaged (its checksum is wrong)", name));
        }
    }
}

}  // namespace yolo::formats
