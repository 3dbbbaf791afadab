// SPDX-License-Identifier: Apache-2.0
/// \file Several sources in one: the entries of a list, or of source=[a.jpg,b.mp4].
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sources/file_list.hpp"
#include "sources/source.hpp"

namespace yolo::sources {

/// A camera, an rtsp, rtmp or tcp URL, a .streams file, a screen: what has no end.
bool is_live(const std::string& text);

/// The files of entries: files, folders, patterns, and http URLs. Relative ones are looked for in the current
/// folder, else in `folder`. What is none of these is told, counted and left out; `where` begins that line.
MediaFiles entry_files(const std::vector<std::string>& entries, const std::filesystem::path& folder,
                       const std::string& where, const SourceOptions& options);

/// The parts of "[a.jpg, 'b.mp4']", or of "a.jpg,b.mp4" when there is no such file but at least one of its
/// parts; empty for any other text.
std::vector<std::string> several_sources(const std::string& text);

/// Entries of one kind: live ones are read side by side, others one after the other. Throws Error when there
/// is nothing to read, or both kinds.
std::unique_ptr<Source> open_entries(const std::vector<std::string>& entries,
                                     const std::filesystem::path& folder, const std::string& where,
                                     const SourceOptions& options);

}  // namespace yolo::sources
