// SPDX-License-Identifier: Apache-2.0
/// \file cache=disk: decoded pictures in files beside them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <opencv2/core/mat.hpp>

namespace yolo::data {

/// <picture file>.npy
std::filesystem::path disk_cache_of(const std::filesystem::path& picture);

struct CachedPicture {
    cv::Mat pixels;
    std::string not_kept;  ///< a sentence that says why there is no cache of it; "" where there is one
};

/// The picture from its cache, which is made when it is missing or from another state of the picture (size,
/// time). A file of that name which was not written here is somebody's: it is neither taken for the picture
/// nor replaced. Throws Error when the picture cannot be read.
CachedPicture read_through_disk_cache(const std::filesystem::path& path);

/// A file in NumPy's format 1.0 as it is written here: (h, w, 3) uint8, and in its header, as a comment that
/// NumPy passes over, what it was made from.
struct NpyPicture {
    cv::Mat pixels;
    std::string origin;
};
void write_npy(const std::filesystem::path& path, const NpyPicture& picture);
/// Nothing when the file holds something else, is cut, or was not written here.
std::optional<NpyPicture> read_npy(const std::filesystem::path& path);

}  // namespace yolo::data
