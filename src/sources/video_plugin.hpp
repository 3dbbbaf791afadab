// SPDX-License-Identifier: Apache-2.0
/// \file The part of the plug-in libyolo_media.so that reads moving pictures: it links OpenCV's videoio.
#pragma once

#include "sources/video.hpp"

namespace yolo::sources {

/// A path, a URL, or digits: a camera. A null pointer when it cannot be opened; no C++ exception leaves the
/// plug-in.
using OpenVideo = VideoReader*(const std::string& path_or_url_or_camera, bool camera);
inline constexpr char open_video_name[] = "yolo_media_open_video";

}  // namespace yolo::sources
