// SPDX-License-Identifier: Apache-2.0
#include "sources/plugins/ffmpeg_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fmt/core.h>

#include <yolo/error.hpp>

extern "C" {
#include <libavutil/display.h>
#include <libavutil/parseutils.h>
#include <libavutil/pixdesc.h>
}

#include "sources/plugins/ffmpeg_orientation.hpp"

namespace yolo::plugins {

using sources::VideoInfo;
using sources::VideoRequest;

namespace {

using namespace std::chrono_literals;

// A stream that does not answer for so long is unresponsive: its reader opens it again.
constexpr auto open_timeout = 10s, read_timeout = 5s;

// Rows that FFmpeg's scaler writes to are as wide as its widest step, as is the place behind the last one.
constexpr int row_alignment = 32, overrun = 64;

/// FFmpeg's options: those of OPENCV_FFMPEG_CAPTURE_OPTIONS ("rtsp_transport;udp|..."), which users know.
class Options {
  public:
    Options() {
        const char* given = std::getenv("OPENCV_FFMPEG_CAPTURE_OPTIONS");
        if (given != nullptr) {
            av_dict_parse_string(&dictionary_, given, ";", "|", 0);
        } else {
            av_dict_set(&dictionary_, "rtsp_flags", "prefer_tcp", 0);  // UDP loses packets on busy networks
        }
    }
    ~Options() { av_dict_free(&dictionary_); }
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;
    AVDictionary** get() { return &dictionary_; }

  private:
    AVDictionary* dictionary_ = nullptr;
};

/// Why a call of FFmpeg failed.
std::string why(int error, const Watch& watch) {
    if (watch.interrupted()) return "it was interrupted";
    if (watch.timed_out()) return "it does not answer";
    if (error == AVERROR_HTTP_UNAUTHORIZED || error == AVERROR_HTTP_FORBIDDEN)
        return "it does not accept the user name and password of the address (USER:PASSWORD@HOST)";
    if (error == AVERROR_INVALIDDATA) return "it is damaged, or of an unknown format";
    return ffmpeg_reason(error);
}

int even(int length, int coded) {
    return length % 2 != 0 && coded > length ? length + 1 : length;
}

}  // namespace

FfmpegReader::FfmpegReader(const VideoRequest& request)
    : watch_(request.interrupt), is_url_(request.is_url), is_live_(request.live), cut_(request.cut) {
    if (is_url_) watch_.allow(open_timeout);
    open_input(request);
    choose_stream();
    open_decoder(request);
    orientation_ =
        stream_orientation(*stream_).value_or(request.orientation.value_or(sources::Orientation{}));
    info_ = read_info();
}

void FfmpegReader::open_input(const VideoRequest& request) {
    AVFormatContext* input = avformat_alloc_context();
    if (input == nullptr || !packet_ || !frame_) throw std::bad_alloc();
    input->interrupt_callback = watch_.callback();
    Options options;
    // What a file names, as a playlist does, is read from this machine only.
    if (!is_url_)
        av_dict_set(options.get(), "protocol_whitelist", "file,crypto,data", AV_DICT_DONT_OVERWRITE);
    // A path is taken as it is, whatever signs are in it.
    const std::string name = is_url_ ? request.name : "file:" + request.name;
    if (const int error = avformat_open_input(&input, name.c_str(), nullptr, options.get()); error < 0)
        throw Error(why(error, watch_));  // `input` is freed
    input_.reset(input);
    if (const int error = avformat_find_stream_info(input, nullptr); error < 0)
        throw Error(why(error, watch_));
}

/// The first that is no still picture of a music file.
void FfmpegReader::choose_stream() {
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream* stream = input_->streams[i];
        const bool video = stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
                           (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
        if (video && stream_ == nullptr) {
            stream_ = stream;
        } else {
            stream->discard = AVDISCARD_ALL;
        }
    }
    if (stream_ == nullptr) throw Error("it holds no moving pictures");
}

void FfmpegReader::open_decoder(const VideoRequest& request) {
    const AVCodecParameters& parameters = *stream_->codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (codec == nullptr) {
        char tag[AV_FOURCC_MAX_STRING_SIZE] = {};
        const char* name = parameters.codec_id != AV_CODEC_ID_NONE
                               ? avcodec_get_name(parameters.codec_id)
                               : av_fourcc_make_string(tag, parameters.codec_tag);
        throw Error(fmt::format(
            "its frames are coded as '{}', which the FFmpeg of this machine cannot decode", name));
    }
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_) throw std::bad_alloc();
    avcodec_parameters_to_context(decoder_.get(), &parameters);
    decoder_->pkt_timebase = stream_->time_base;
    decoder_->thread_count = request.threads;
    if (is_live_) {
        decoder_->thread_type = FF_THREAD_SLICE;  // a thread for each frame holds as many frames back
        decoder_->flags |= AV_CODEC_FLAG_LOW_DELAY;
    }
    // Each of its frames is a picture of its own: what is damaged is not guessed.
    if (codec->id == AV_CODEC_ID_MJPEG && !is_url_) decoder_->err_recognition |= AV_EF_EXPLODE;
    if (const int error = avcodec_open2(decoder_.get(), codec, nullptr); error < 0)
        throw Error(why(error, watch_));
}

bool FfmpegReader::is_format(const char* name) const {
    return std::strcmp(input_->iformat->name, name) == 0;
}

/// As OpenCV's CAP_PROP_FPS.
double FfmpegReader::mean_rate() const {
    // FFmpeg before 6 takes that of the first frames.
    const double seconds = static_cast<double>(stream_->duration) * av_q2d(stream_->time_base);
    if (is_format("gif") && stream_->nb_frames > 0 && seconds > 0)
        return static_cast<double>(stream_->nb_frames) / seconds;
    double rate = av_q2d(stream_->avg_frame_rate);
    if (!(rate > 0)) rate = av_q2d(av_guess_frame_rate(input_.get(), stream_, nullptr));
    if (!(rate > 0) && stream_->time_base.num > 0) rate = 1 / av_q2d(stream_->time_base);
    return rate;
}

/// How long the pictures last, if that is known: the sound may be longer.
double FfmpegReader::own_seconds() const {
    if (input_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) return 0;
    const auto positive = [](std::int64_t time, double unit) {
        return time != AV_NOPTS_VALUE ? std::max(static_cast<double>(time) * unit, 0.0) : 0;
    };
    // Matroska counts from 0, and may have it in a tag.
    const double begin =
        is_format("matroska,webm") ? positive(stream_->start_time, av_q2d(stream_->time_base)) : 0;
    const AVDictionaryEntry* tag = av_dict_get(stream_->metadata, "DURATION", nullptr, 0);
    if (std::int64_t end = 0; tag != nullptr && av_parse_time(&end, tag->value, 1) >= 0)
        return std::max(positive(end, 1.0 / AV_TIME_BASE) - begin, 0.0);
    if (stream_->duration > 0 && !is_format("asf"))  // there it is that of the file
        return positive(stream_->duration, av_q2d(stream_->time_base));
    return input_->nb_streams == 1 ? std::max(positive(input_->duration, 1.0 / AV_TIME_BASE) - begin, 0.0)
                                   : 0;
}

VideoInfo FfmpegReader::read_info() const {
    VideoInfo info;
    info.fps = mean_rate();
    info.size = {stream_->codecpar->height, stream_->codecpar->width};
    if (orientation_.transposed) std::swap(info.size.height, info.size.width);
    info.seconds = own_seconds();
    const std::int64_t end = is_url_ || input_->pb == nullptr ? 0 : avio_size(input_->pb);
    info.recorded = input_->duration > 0 || stream_->nb_frames > 0 || end > 0;
    const std::int64_t counted = stream_->nb_frames;
    info.frames = counted > 0 && counted < 1'000'000'000 ? static_cast<int>(counted) : 0;

    // A complete index knows which frames are not shown (edit lists), and which lie behind the file's end.
    const int entries = avformat_index_get_entries_count(stream_);
    if (entries == 0 || entries != counted) return info;
    info.frames = 0;
    for (int i = 0; i < entries; ++i) {
        const AVIndexEntry& entry = *avformat_index_get_entry(stream_, i);
        if ((entry.flags & AVINDEX_DISCARD_FRAME) != 0 || entry.size == 0) continue;
        ++info.frames;
        if (end > 0 && entry.pos + entry.size > end) ++info.missing;
    }
    return info;
}

/// The next packet of the video, to the decoder.
FfmpegReader::Sent FfmpegReader::send_packet() {
    if (is_url_) watch_.allow(read_timeout);
    int error = AVERROR(EAGAIN);
    while (error == AVERROR(EAGAIN) || (error >= 0 && packet_->stream_index != stream_->index)) {
        if (watch_.interrupted() || watch_.timed_out()) return Sent::nothing;
        av_packet_unref(packet_.get());
        error = av_read_frame(input_.get(), packet_.get());
        incomplete_ = error >= 0 ? (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0 : incomplete_;
    }
    if (error < 0) {
        draining_ = true;
        // Packets of a transport stream are lost anywhere.
        cut_ = cut_ || (incomplete_ && avio_feof(input_->pb) != 0 && !is_format("mpegts"));
        avcodec_send_packet(decoder_.get(), nullptr);
        return Sent::packet;
    }
    if (is_live_) note_arrival();
    key_seen_ = key_seen_ || (packet_->flags & AV_PKT_FLAG_KEY) != 0;
    error = avcodec_send_packet(decoder_.get(), packet_.get());
    av_packet_unref(packet_.get());
    return error >= 0 || error == AVERROR(EAGAIN) || !key_seen_ ? Sent::packet : Sent::damaged;
}

/// Frames leave the decoder later than their packets enter it, and in another order.
void FfmpegReader::note_arrival() {
    constexpr std::size_t most_delayed = 64;
    if (arrivals_.size() >= most_delayed) arrivals_.pop_front();
    arrivals_.push_back({packet_->pts, std::chrono::steady_clock::now()});
}

/// Of the newest packet, where the stream tells no times.
std::chrono::steady_clock::time_point FfmpegReader::arrival_of(std::int64_t time) const {
    if (arrivals_.empty()) return {};
    const auto found = std::find_if(arrivals_.rbegin(), arrivals_.rend(), [&](const Arrival& arrival) {
        return time != AV_NOPTS_VALUE && arrival.time == time;
    });
    return found != arrivals_.rend() ? found->at : arrivals_.back().at;
}

bool FfmpegReader::count_damaged() {
    whole_ = false;
    ++damaged_;
    return true;
}

std::optional<double> FfmpegReader::stamp() const {
    if (!whole_ || frame_->best_effort_timestamp == AV_NOPTS_VALUE) return std::nullopt;
    return static_cast<double>(frame_->best_effort_timestamp) * av_q2d(stream_->time_base);
}

bool FfmpegReader::grab() {
    while (!watch_.interrupted()) {
        const int error = avcodec_receive_frame(decoder_.get(), frame_.get());
        if (error == 0) {
            whole_ = true;
            received_ = arrival_of(frame_->pts);
            if (frame_->decode_error_flags != 0 || (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0) ++patched_;
            return true;
        }
        if (error == AVERROR_EOF || (error == AVERROR(EAGAIN) && draining_)) return false;
        if (error != AVERROR(EAGAIN)) return count_damaged();
        const Sent sent = send_packet();
        if (sent == Sent::damaged) return count_damaged();
        if (sent == Sent::nothing) return false;
    }
    return false;
}

/// The frame as it is stored. A height that is not even is rounded up where the decoder has a row more: with
/// it FFmpeg takes another way, and that is OpenCV's.
cv::Mat FfmpegReader::bgr_picture() {
    const int width = frame_->width, height = frame_->height;
    const int columns = even(width, decoder_->coded_width), rows = even(height, decoder_->coded_height);
    scaler_.reset(sws_getCachedContext(scaler_.release(), columns, rows,
                                       static_cast<AVPixelFormat>(frame_->format), columns, rows,
                                       AV_PIX_FMT_BGR24, SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (!scaler_ || width <= 0 || height <= 0) return {};
    const int row = 3 * width;
    const bool direct = columns == width && row % row_alignment == 0;
    const int stride = direct ? row : (3 * columns + row_alignment - 1) / row_alignment * row_alignment;
    cv::Mat pixels;
    if (direct) {
        pixels.create(rows + overrun / row + 1, width, CV_8UC3);
    } else {
        scratch_.create(rows + overrun / stride + 1, stride, CV_8U);
    }
    std::uint8_t* target[] = {direct ? pixels.data : scratch_.data};
    const int strides[] = {stride};
    if (sws_scale(scaler_.get(), frame_->data, frame_->linesize, 0, rows, target, strides) <= 0) return {};
    if (direct) return pixels.rowRange(0, height);
    pixels.create(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y)
        std::memcpy(pixels.ptr(y), scratch_.ptr(y), static_cast<std::size_t>(row));
    return pixels;
}

cv::Mat FfmpegReader::retrieve() {
    if (!whole_) return {};
    const cv::Mat picture = bgr_picture();
    if (picture.empty()) return {};
    return upright(picture,
                   orientation_ == sources::Orientation{} ? frame_orientation(*frame_) : orientation_);
}

}  // namespace yolo::plugins
