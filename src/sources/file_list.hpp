// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace yolo::sources {

/// In which order the pictures of a folder are read, by their absolute paths: as text, or by the numbers in
/// them (2.jpg before 10.jpg), as frames of a film want it.
enum class PictureOrder { text, numbers };

/// Files in the order in which they are read: pictures first, then videos, those sorted as text (a list keeps
/// its own order).
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
MediaFiles folder_files(const std::filesystem::path& folder, PictureOrder order = PictureOrder::text);

/// Matches of a pattern with * ? [...] and ** (any folders). Hidden names need a literal dot. Throws Error
/// when there are none.
MediaFiles glob_files(const std::string& pattern, PictureOrder order = PictureOrder::text);

/// True for a text with * ? or [ that is not the name of a file or folder.
bool is_glob(const std::string& text);

}  // namespace yolo::sources
