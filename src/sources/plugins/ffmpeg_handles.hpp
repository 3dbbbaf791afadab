// SPDX-License-Identifier: Apache-2.0
/// \file FFmpeg's objects with an owner each.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace yolo::plugins {

struct CloseFfmpeg {
    void operator()(AVFormatContext* object) const { avformat_close_input(&object); }
    void operator()(AVCodecContext* object) const { avcodec_free_context(&object); }
    void operator()(AVPacket* object) const { av_packet_free(&object); }
    void operator()(AVFrame* object) const { av_frame_free(&object); }
    void operator()(AVIOContext* object) const { avio_close(object); }
    void operator()(SwsContext* object) const { sws_freeContext(object); }
};
template <class T>
using Ffmpeg = std::unique_ptr<T, CloseFfmpeg>;

inline std::string ffmpeg_reason(int error) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(error, text, sizeof text);
    return text;
}

/// FFmpeg prints its troubles to stderr; ours are told through exceptions. Its log level belongs to the whole
/// process, so the first guard lowers it and the last one that ends restores it.
class QuietFfmpeg {
  public:
    QuietFfmpeg() {
        const std::lock_guard lock(shared().mutex);
        if (shared().guards++ > 0) return;
        shared().level = av_log_get_level();
        av_log_set_level(AV_LOG_QUIET);
    }
    ~QuietFfmpeg() {
        const std::lock_guard lock(shared().mutex);
        if (--shared().guards == 0) av_log_set_level(shared().level);
    }
    QuietFfmpeg(const QuietFfmpeg&) = delete;
    QuietFfmpeg& operator=(const QuietFfmpeg&) = delete;

  private:
    struct Shared {
        std::mutex mutex;
        int guards = 0;
        int level = AV_LOG_INFO;
    };
    static Shared& shared() {
        static Shared state;
        return state;
    }
};

/// Ends a call of FFmpeg that waits for the network: FFmpeg asks it ten times a second.
class Watch {
  public:
    explicit Watch(std::function<bool()> interrupted) : interrupted_(std::move(interrupted)) {}

    /// The calls that follow may take so long. Not called: for ever.
    void allow(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }

    bool interrupted() const { return interrupted_ && interrupted_(); }
    bool timed_out() const { return std::chrono::steady_clock::now() > deadline_; }
    AVIOInterruptCB callback() { return {.callback = ask, .opaque = this}; }

  private:
    static int ask(void* watch) {
        const auto* self = static_cast<const Watch*>(watch);
        return self->interrupted() || self->timed_out() ? 1 : 0;
    }

    std::function<bool()> interrupted_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace yolo::plugins
