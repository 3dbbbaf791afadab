// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "sources/plugins/ffmpeg_handles.hpp"
#include "sources/video_plugin.hpp"

namespace yolo::plugins {

/// Moving pictures through FFmpeg's own libraries: the same pixels as OpenCV's VideoCapture, which is a layer
/// over them that knows two turns out of eight, ends at the first damaged frame, and cannot be interrupted.
class FfmpegReader final : public sources::VideoReader {
  public:
    /// Throws Error with the bare reason.
    explicit FfmpegReader(const sources::VideoRequest& request);

    sources::VideoInfo info() const override { return info_; }
    bool grab() override;
    std::optional<double> stamp() const override;
    std::chrono::steady_clock::time_point received() const override { return received_; }
    cv::Mat retrieve() override;
    int damaged() const override { return damaged_; }
    int patched() const override { return patched_; }
    bool cut() const override { return cut_ || info_.missing > 0; }

  private:
    enum class Sent { packet, nothing, damaged };

    void open_input(const sources::VideoRequest& request);
    void choose_stream();
    void open_decoder(const sources::VideoRequest& request);
    sources::VideoInfo read_info() const;
    double mean_rate() const;
    double own_seconds() const;
    bool is_format(const char* name) const;
    Sent send_packet();
    void note_arrival();
    std::chrono::steady_clock::time_point arrival_of(std::int64_t time) const;
    bool count_damaged();
    cv::Mat bgr_picture();

    QuietFfmpeg quiet_;
    Watch watch_;
    bool is_url_, is_live_;
    Ffmpeg<AVFormatContext> input_;
    AVStream* stream_ = nullptr;  ///< of input_
    Ffmpeg<AVCodecContext> decoder_;
    Ffmpeg<SwsContext> scaler_;
    Ffmpeg<AVPacket> packet_{av_packet_alloc()};
    Ffmpeg<AVFrame> frame_{av_frame_alloc()};
    cv::Mat scratch_;

    sources::VideoInfo info_;
    sources::Orientation orientation_;
    bool key_seen_ = false;    ///< before it nothing can be decoded, which is not the file's fault
    bool draining_ = false;    ///< the file has ended, the decoder still holds frames
    bool whole_ = false;       ///< frame_ is the grabbed frame
    bool incomplete_ = false;  ///< the last packet that was read
    bool cut_ = false;         ///< as the container says, or because the last packet is not complete
    int damaged_ = 0, patched_ = 0;

    struct Arrival {
        std::int64_t time;  ///< of presentation, as the stream says it
        std::chrono::steady_clock::time_point at;
    };
    std::deque<Arrival> arrivals_;                    ///< of the last packets, oldest first
    std::chrono::steady_clock::time_point received_;  ///< the packet of the grabbed frame
};

}  // namespace yolo::plugins
