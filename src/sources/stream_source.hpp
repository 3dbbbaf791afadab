// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "sources/source.hpp"
#include "sources/stream_reader.hpp"

namespace yolo::sources {

/// A stream to open: what the user called it (without passwords), and how.
struct StreamEntry {
    std::string name;
    StreamReader::Opener open;
    bool ends_after_one = false;
};

/// A camera's number, a URL, or a file (in the current folder, else in `folder`).
StreamEntry stream_entry(const std::string& text, const std::filesystem::path& folder);

/// The entries of a .streams file, separated by white space, without comments (# ... to the line's end).
/// Throws Error when there are none.
std::vector<StreamEntry> listed_streams(const std::filesystem::path& list);

/// One frame of each stream per batch, until all have ended.
std::unique_ptr<Source> stream_source(const std::vector<StreamEntry>& streams, const SourceOptions& options);

}  // namespace yolo::sources
