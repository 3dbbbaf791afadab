// SPDX-License-Identifier: Apache-2.0
/// \file Moving pictures from files, URLs, cameras and screens, through the plug-in libyolo_media.so.
#pragma once

#include <memory>
#include <string>

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

namespace yolo::sources {

struct VideoInfo {
    int frames = 0;  ///< 0 = unknown, or live
    double fps = 0;  ///< as the file says, which may be nonsense: see usable_fps()
    Size size;
};

/// An opened video, camera, stream or screen. Not thread-safe.
class VideoReader {
  public:
    virtual ~VideoReader() = default;
    virtual VideoInfo info() const = 0;
    /// Moves to the next frame without converting it. False at the end, or when the stream broke.
    virtual bool grab() = 0;
    /// The grabbed frame as (h, w, 3) uint8 BGR, in memory of its own; empty when it cannot be decoded.
    virtual cv::Mat retrieve() = 0;
};

/// Each throws Error with what could not be opened.
std::unique_ptr<VideoReader> open_video(const std::string& path_or_url);
std::unique_ptr<VideoReader> open_camera(int index);

/// `fps`, or 30 when it is outside (0, 1000).
double usable_fps(double fps);

}  // namespace yolo::sources
