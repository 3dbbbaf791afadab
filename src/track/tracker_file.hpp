// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "track/registry.hpp"

namespace yolo::track {

/// A tracker and what its file says of it.
struct TrackerFile {
    const MethodRow* method;
    Settings settings;
};

/// A file, or one of those that ship (with or without its suffix). Throws UsageError that names the file and
/// the key, Error when it cannot be read.
TrackerFile read_tracker_file(const std::filesystem::path& path);
/// The same of its text.
TrackerFile parse_tracker_file(std::string_view text, const std::string& where);

}  // namespace yolo::track
