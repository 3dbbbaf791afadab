// SPDX-License-Identifier: Apache-2.0
#include "sources/video.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "image/media_plugin.hpp"
#include "sources/video_plugin.hpp"

namespace yolo::sources {

namespace {

std::unique_ptr<VideoReader> open_reader(const std::string& name, bool camera) {
    static const auto open_in_plugin =
        reinterpret_cast<OpenVideo*>(plugin_symbol(image::media_library, open_video_name, "reading videos"));
    return std::unique_ptr<VideoReader>(open_in_plugin(name, camera));
}

}  // namespace

std::unique_ptr<VideoReader> open_video(const std::string& path_or_url) {
    auto reader = open_reader(path_or_url, false);
    if (!reader) {
        throw Error(fmt::format("cannot open the video '{}': it is missing, damaged, or of an unknown format",
                                path_or_url));
    }
    return reader;
}

std::unique_ptr<VideoReader> open_camera(int index) {
    auto reader = open_reader(std::to_string(index), true);
    if (!reader) {
        throw Error(
            fmt::format("cannot open camera {}: there is none of that number (see /dev/video*), or another "
                        "program uses it",
                        index));
    }
    return reader;
}

double usable_fps(double fps) {
    return fps > 0 && fps < 1000 ? fps : 30;
}

}  // namespace yolo::sources
