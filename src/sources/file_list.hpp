// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace yolo::sources {

/// Files in the order in which they are read: pictures first, then videos, each sorted by their absolute path
/// as text (a list keeps its own order).
struct MediaFiles {
    std::vector<std::filesystem::path> images, videos;
    int ignored = 0;  ///< entries of a list that are neither
    /// Of a folder or pattern: videos by name, but of none of the suffixes that are taken there.
    std::vector<std::filesystem::path> left_out = {};
    bool empty() const { return images.empty() && videos.empty(); }
};

/// A picture or video by its name; a file of another suffix counts when its content is one. Empty when it is
/// neither.
MediaFiles single_file(const std::filesystem::path& path);

/// The visible pictures and videos of a folder, without its sub-folders. Throws Error when there are none.
MediaFiles folder_files(const std::filesystem::path& folder);

/// Matches of a pattern with * ? [...] and ** (any folders). Hidden names need a literal dot. Throws Error
/// when there are none.
MediaFiles glob_files(const std::string& pattern);

/// True for a text with * ? or [ that is not the name of a file or folder.
bool is_glob(const std::string& text);

}  // namespace yolo::sources
