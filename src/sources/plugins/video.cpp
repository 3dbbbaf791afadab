// SPDX-License-Identifier: Apache-2.0
/// \file What libyolo_video.so gives.
#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

#include <yolo/error.hpp>

#include "sources/plugins/ffmpeg_reader.hpp"
#include "sources/plugins/webp_reader.hpp"

namespace {

using namespace yolo;
using sources::VideoReader;
using sources::VideoRequest;

constexpr auto answer_timeout = std::chrono::seconds(10);
constexpr std::size_t read_at_once = 1U << 20;

/// What FFmpeg reads from there, until it ends.
void fetch(const std::string& url, plugins::Watch& watch, std::size_t largest,
           std::vector<std::byte>& bytes) {
    const AVIOInterruptCB callback = watch.callback();
    AVIOContext* opened = nullptr;
    watch.allow(answer_timeout);
    int count = avio_open2(&opened, url.c_str(), AVIO_FLAG_READ, &callback, nullptr);
    const plugins::Ffmpeg<AVIOContext> file(opened);
    std::size_t size = 0;
    while (count >= 0) {
        bytes.resize(size + read_at_once);
        watch.allow(answer_timeout);
        count = avio_read(file.get(), reinterpret_cast<unsigned char*>(bytes.data() + size), read_at_once);
        if (count > 0) size += static_cast<std::size_t>(count);
        if (count == AVERROR_EOF || count == 0) break;
        if (size > largest) throw Error("it is larger than 1 GB");
    }
    bytes.resize(size);
    if (watch.interrupted()) throw Error("it was interrupted");
    if (watch.timed_out()) throw Error("it does not answer");
    if (count < 0 && count != AVERROR_EOF) throw Error(plugins::ffmpeg_reason(count));
}

/// By its content alone. FFmpeg takes pictures, and text with colours, for videos of one frame.
bool is_video_format(const std::string& path) {
    AVIOContext* opened = nullptr;
    if (avio_open(&opened, ("file:" + path).c_str(), AVIO_FLAG_READ) < 0) return false;
    const plugins::Ffmpeg<AVIOContext> file(opened);
    const AVInputFormat* format = nullptr;
    if (av_probe_input_buffer2(opened, &format, "", nullptr, 0, 0) < AVPROBE_SCORE_RETRY) return false;
    const std::string_view name = format->name;
    constexpr std::array others = {"image2", "tty", "alias_pix", "brender_pix"};
    return !name.ends_with("_pipe") && std::ranges::find(others, name) == others.end();
}

}  // namespace

extern "C" bool yolo_probe_video(const std::string& path) try {
    const plugins::QuietFfmpeg quiet;
    return is_video_format(path) &&
           plugins::FfmpegReader({.name = path, .interrupt = {}, .orientation = {}}).grab();
} catch (const std::exception&) {
    return false;
}

extern "C" VideoReader* yolo_open_video(const VideoRequest& request, std::string& reason) try {
    return new plugins::FfmpegReader(request);
} catch (const std::exception& error) {
    reason = error.what();
    return nullptr;
}

extern "C" bool yolo_fetch_url(const std::string& url, const sources::Interrupt& interrupt,
                               std::size_t largest, std::vector<std::byte>& bytes, std::string& reason) try {
    const plugins::QuietFfmpeg quiet;
    plugins::Watch watch(interrupt);
    fetch(url, watch, largest, bytes);
    return true;
} catch (const std::exception& error) {
    reason = error.what();
    return false;
}

extern "C" VideoReader* yolo_open_webp(const std::string& path, std::string& reason) try {
    return plugins::open_webp(path).release();
} catch (const std::exception& error) {
    reason = error.what();
    return nullptr;
}

static_assert(std::is_same_v<decltype(yolo_open_video), sources::OpenVideo>);
static_assert(std::is_same_v<decltype(yolo_probe_video), sources::ProbeVideo>);
static_assert(std::is_same_v<decltype(yolo_fetch_url), sources::FetchUrl>);
static_assert(std::is_same_v<decltype(yolo_open_webp), sources::OpenWebp>);
