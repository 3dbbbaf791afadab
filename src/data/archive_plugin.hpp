// SPDX-License-Identifier: Apache-2.0
/// \file What the plug-in libyolo_archive.so (src/data/plugins) offers: it links libarchive, which brings
/// along more than all of libyolo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace yolo::data {

inline constexpr char archive_library[] = "yolo_archive";

enum class Unpacking { complete, cancelled, failed };

/// Told the bytes written so far; false ends it.
using UnpackProgress = std::function<bool(std::uint64_t bytes)>;

/// Writes the files of an archive into a folder that exists. Entries that are neither files nor folders are
/// passed over. Failed: with the reason, and what was written until then left there. No C++ exception leaves
/// the plug-in.
using UnpackArchive = Unpacking(const std::filesystem::path& archive, const std::filesystem::path& folder,
                                const UnpackProgress& go_on, std::string& reason);
inline constexpr char unpack_archive_name[] = "yolo_unpack_archive";

}  // namespace yolo::data
