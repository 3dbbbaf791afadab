// SPDX-License-Identifier: Apache-2.0
/// \file Reading ZIP archives in memory (PKWARE APPNOTE.TXT 6.3): stored and deflated entries, zip64.
#pragma once

#include <map>
#include <string_view>

#include "formats/bytes.hpp"

namespace yolo::formats {

struct ZipEntry {
    std::uint16_t flags = 0, method = 0;
    std::uint32_t crc = 0;
    std::uint64_t packed_size = 0, size = 0, header_offset = 0;
};

/// CRC-32 as ZIP archives have it.
std::uint32_t zip_checksum(std::span<const std::byte> content);

/// The table of contents of an archive. Sizes and offsets are taken from the central directory, so entries
/// with data descriptors need no special care; each is checked against the archive when an entry is read.
class ZipArchive {
  public:
    static bool is_zip(std::span<const std::byte> bytes);  ///< by its first four bytes

    static bool ends_in_zip(std::span<const std::byte> bytes);  ///< an archive stands behind whatever it is

    /// Throws Error (without the file's name) when there is no sound central directory.
    explicit ZipArchive(SharedBytes archive);

    const std::map<std::string_view, ZipEntry>& entries() const { return entries_; }
    bool contains(std::string_view name) const { return entries_.find(name) != entries_.end(); }

    /// The content of an entry: a view of the archive when it is stored (its checksum is not read, so that
    /// untouched pages stay on disk), a new buffer taken from `allowance` when it is deflated. Throws Error
    /// that names the entry.
    SharedBytes read(std::string_view name, Allowance& allowance) const;

    /// Compares the content of all stored entries with their checksums. Throws Error that names the entry.
    void verify() const;

  private:
    std::span<const std::byte> packed(std::string_view name, const ZipEntry& entry) const;

    SharedBytes archive_;
    std::map<std::string_view, ZipEntry> entries_;  // names are views of the archive
};

}  // namespace yolo::formats
