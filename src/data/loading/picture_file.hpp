// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include <opencv2/core/mat.hpp>

namespace yolo::data {

/// The picture from <picture file>.npy beside it, which is made when it is missing or older than the picture.
/// A folder that cannot be written to is no failure.
cv::Mat read_through_disk_cache(const std::filesystem::path& path);

/// NumPy's format 1.0, (h, w, 3) uint8. Reading gives nothing when the file holds something else.
void write_npy(const std::filesystem::path& path, const cv::Mat& picture);
std::optional<cv::Mat> read_npy(const std::filesystem::path& path);

}  // namespace yolo::data
