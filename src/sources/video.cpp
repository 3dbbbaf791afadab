// SPDX-License-Identifier: Apache-2.0
#include "sources/video.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"
#include "core/plugin.hpp"
#include "core/threads.hpp"
#include "image/codec_format.hpp"
#include "image/foreign_content.hpp"
#include "sources/container_end.hpp"
#include "sources/matroska.hpp"
#include "sources/url.hpp"
#include "sources/video_plugin.hpp"

namespace yolo::sources {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t largest_download = 1U << 30;
constexpr int most_threads = 16;  // more make decoders slower

/// Why FFmpeg does not know a file, as far as can be seen.
std::string look_into(Bytes file, const std::string& reason) {
    if (file.empty()) return "it is empty";
    if (lacks_index(file))
        return "it is cut off: the index at its end is missing, as when a recording was not ended properly";
    if (image::holds_video(file)) return reason;
    if (const std::string found = image::foreign_content(file); !found.empty())
        return fmt::format("it holds {}, no video", found);
    return reason;
}

VideoReader* open_with_ffmpeg(const VideoRequest& request, std::string& reason) {
    static const auto open =
        reinterpret_cast<OpenVideo*>(plugin_symbol(video_library, open_video_name, "reading videos"));
    return open(request, reason);
}

VideoReader* open_file(VideoRequest& request, std::string& reason) {
    std::error_code ignored;
    const bool pipe = std::filesystem::is_fifo(request.name, ignored);
    if (pipe) return open_with_ffmpeg(request, reason);
    const auto file = MappedFile::open(request.name);
    if (image::is_animated_webp(file->bytes())) {
        static const auto open = reinterpret_cast<OpenWebp*>(
            plugin_symbol(video_library, open_webp_name, "reading animated pictures"));
        return open(request.name, reason);
    }
    request.orientation = matroska_orientation(file->bytes());
    request.cut = reaches_behind_end(file->bytes());
    VideoReader* reader = open_with_ffmpeg(request, reason);
    if (reader == nullptr) reason = look_into(file->bytes(), reason);
    return reader;
}

[[noreturn]] void fail(const std::string& path_or_url, const std::string& reason,
                       const Interrupt& interrupt) {
    const std::string name = without_passwords(path_or_url);
    if (interrupt && interrupt()) throw Cancelled(fmt::format("ended while waiting for '{}'", name));
    throw Error(fmt::format("cannot open '{}': {}", name, reason));
}

std::unique_ptr<VideoReader> open_with(const std::string& path_or_url, bool live,
                                       const Interrupt& interrupt) {
    VideoRequest request{.name = path_or_url,
                         .is_url = is_url(path_or_url),
                         .live = live,
                         .interrupt = interrupt,
                         .threads = std::min(usable_processors(), most_threads),
                         .orientation = {},
                         .cut = false};
    std::string reason;
    std::unique_ptr<VideoReader> reader(request.is_url ? open_with_ffmpeg(request, reason)
                                                       : open_file(request, reason));
    if (!reader) fail(path_or_url, reason, interrupt);
    return reader;
}

}  // namespace

std::unique_ptr<VideoReader> open_video(const std::string& path_or_url, const Interrupt& interrupt) {
    return open_with(path_or_url, false, interrupt);
}

std::unique_ptr<VideoReader> open_stream(const std::string& path_or_url, const Interrupt& interrupt) {
    return open_with(path_or_url, true, interrupt);
}

bool holds_moving_pictures(const std::filesystem::path& file) {
    static const auto probe =
        reinterpret_cast<ProbeVideo*>(plugin_symbol(video_library, probe_video_name, "reading videos"));
    return probe(file.string());
}

std::vector<std::byte> fetch_url(const std::string& url, const Interrupt& interrupt) {
    static const auto fetch =
        reinterpret_cast<FetchUrl*>(plugin_symbol(video_library, fetch_url_name, "reading URLs"));
    std::vector<std::byte> bytes;
    if (std::string reason; !fetch(url, interrupt, largest_download, bytes, reason))
        fail(url, reason, interrupt);
    return bytes;
}

std::unique_ptr<VideoReader> open_camera(int index, const Interrupt& interrupt) {
    static const auto open =
        reinterpret_cast<OpenCamera*>(plugin_symbol(camera_library, open_camera_name, "reading cameras"));
    std::unique_ptr<VideoReader> reader(open(index, interrupt));
    if (!reader) {
        throw Error(
            fmt::format("cannot open camera {}: there is none of that number (see /dev/video*), or another "
                        "program uses it",
                        index));
    }
    return reader;
}

double clock_seconds(std::chrono::steady_clock::time_point time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

double usable_fps(double fps) {
    return fps > 0 && fps < 1000 ? fps : 30;
}

}  // namespace yolo::sources
