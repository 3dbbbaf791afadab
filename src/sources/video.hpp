// SPDX-License-Identifier: Apache-2.0
/// \file Moving pictures from files, URLs and cameras, through the plug-ins libyolo_video.so and
/// libyolo_camera.so.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

namespace yolo::sources {

/// Asked by whoever waits, on its own thread, several times a second: true ends the waiting.
using Interrupt = std::function<bool()>;

struct VideoInfo {
    int frames = 0;  ///< as an index or a header counts them; 0 = nobody did, or live
    double fps = 0;  ///< the mean, as the file says, which may be nonsense: see usable_fps()
    Size size;
    int missing = 0;        ///< of `frames`, those whose bytes lie behind the file's end: it is cut
    double seconds = 0;     ///< about how long it lasts; 0 = unknown, or live
    bool recorded = false;  ///< it ends: it is no live stream
};

/// An opened video, camera, stream or screen. Not thread-safe.
class VideoReader {
  public:
    virtual ~VideoReader() = default;
    virtual VideoInfo info() const = 0;
    /// Moves to the next frame without converting it. False at the end, or when the stream broke.
    virtual bool grab() = 0;
    /// When the grabbed frame is shown, in seconds from whenever; nothing where the file does not say it.
    virtual std::optional<double> stamp() const { return std::nullopt; }
    /// When the grabbed frame was received; nothing (0) where that is not known.
    virtual std::chrono::steady_clock::time_point received() const { return {}; }
    /// The grabbed frame as (h, w, 3) uint8 BGR, upright, in memory of its own; empty when it is damaged.
    virtual cv::Mat retrieve() = 0;
    /// Of the grabbed frames, those that are empty.
    virtual int damaged() const { return 0; }
    /// Of the grabbed frames, those that the decoder had to fill up: parts of them are guessed.
    virtual int patched() const { return 0; }
    /// It ends before its end, as far as its container or its last frame tells.
    virtual bool cut() const { return info().missing > 0; }
};

/// Each throws Error with what could not be opened, and why; Cancelled when it was interrupted.
std::unique_ptr<VideoReader> open_video(const std::string& path_or_url, const Interrupt& interrupt = {});
/// With each frame given as soon as it is there: no thread of the decoder holds one back.
std::unique_ptr<VideoReader> open_stream(const std::string& path_or_url, const Interrupt& interrupt = {});
std::unique_ptr<VideoReader> open_camera(int index, const Interrupt& interrupt = {});

/// Whether FFmpeg, asked for the content of a file alone, finds a video in it that it can decode: no picture,
/// no text. A playlist counts when all that it names is on this machine. Never throws but when the plug-in is
/// missing.
bool holds_moving_pictures(const std::filesystem::path& file);

/// What a URL holds. Throws as the others do.
std::vector<std::byte> fetch_url(const std::string& url, const Interrupt& interrupt = {});

/// As seconds from whenever that clock counts.
double clock_seconds(std::chrono::steady_clock::time_point time);

/// `fps`, or 30 when it is outside (0, 1000).
double usable_fps(double fps);

}  // namespace yolo::sources
