// SPDX-License-Identifier: Apache-2.0
/// \file A small file in a folder that says which archive it was unpacked from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace yolo::data {

struct ArchiveMark {
    std::string archive;         ///< its path
    std::uint64_t size = 0;      ///< bytes
    std::int64_t modified = 0;   ///< nanoseconds
    std::uint32_t checksum = 0;  ///< CRC-32 of all bytes
};

/// Nothing when the folder has no mark, or one that cannot be read.
std::optional<ArchiveMark> read_mark(const std::filesystem::path& folder);
void write_mark(const std::filesystem::path& folder, const ArchiveMark& mark);

/// Asked while a file is read; throws to end that.
using GoOn = std::function<void(std::uint64_t bytes)>;

/// The mark of an archive as it is now.
ArchiveMark mark_of(const std::filesystem::path& archive, const GoOn& go_on);

/// Whether the archive is still the one of the mark: by size and time, and where only the time differs (it
/// was copied) by its bytes.
bool is_marked(const std::filesystem::path& archive, const ArchiveMark& mark, const GoOn& go_on);

}  // namespace yolo::data
