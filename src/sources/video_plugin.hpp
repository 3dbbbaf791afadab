// SPDX-License-Identifier: Apache-2.0
/// \file What the plug-ins libyolo_video.so (FFmpeg) and libyolo_camera.so (OpenCV's videoio) give.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sources/orientation.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

inline constexpr char video_library[] = "yolo_video";
inline constexpr char camera_library[] = "yolo_camera";

struct VideoRequest {
    std::string name;  ///< a path or a URL
    bool is_url = false;
    bool live = false;  ///< each frame counts when it is there, not how many there are
    Interrupt interrupt;
    int threads = 1;                         ///< of the decoder
    std::optional<Orientation> orientation;  ///< of its frames, where FFmpeg does not know it
    bool cut = false;                        ///< as its container says, which FFmpeg does not ask
};

/// Each gives false or a null pointer with the reason; no C++ exception leaves a plug-in.
using OpenVideo = VideoReader*(const VideoRequest& request, std::string& reason);
inline constexpr char open_video_name[] = "yolo_open_video";

/// Whether the file's content is a video.
using ProbeVideo = bool(const std::string& path);
inline constexpr char probe_video_name[] = "yolo_probe_video";

/// The whole file behind a URL, at most `largest` bytes of it.
using FetchUrl = bool(const std::string& url, const Interrupt& interrupt, std::size_t largest,
                      std::vector<std::byte>& bytes, std::string& reason);
inline constexpr char fetch_url_name[] = "yolo_fetch_url";

/// An animated WebP.
using OpenWebp = VideoReader*(const std::string& path, std::string& reason);
inline constexpr char open_webp_name[] = "yolo_open_webp";

using OpenCamera = VideoReader*(int index, const Interrupt& interrupt);
inline constexpr char open_camera_name[] = "yolo_open_camera";

}  // namespace yolo::sources
