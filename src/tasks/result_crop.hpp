// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/result.hpp>

namespace yolo::tasks {

/// Where the next cut-out of a class goes; `class_folder` is the class's name as that of a folder.
using CropPlace = std::function<std::filesystem::path(const std::string& class_folder)>;

/// The part of the picture around each detection, rotated ones turned upright; empty where none of it lies in
/// the picture.
std::vector<cv::Mat> cut_outs(const Result& result);

/// Result::save_crop() with the files wherever `place` says.
void save_crops(const Result& result, const CropPlace& place);

}  // namespace yolo::tasks
