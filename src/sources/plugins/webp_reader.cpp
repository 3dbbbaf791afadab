// SPDX-License-Identifier: Apache-2.0
#include "sources/plugins/webp_reader.hpp"

#include <yolo/error.hpp>

#ifdef YOLO_HAVE_WEBP

#include <algorithm>
#include <fstream>
#include <iterator>

#include <opencv2/core.hpp>
#include <webp/demux.h>

#include "image/codec_limits.hpp"

namespace yolo::plugins {

namespace {

struct DeleteDecoder {
    void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

class WebpReader final : public sources::VideoReader {
  public:
    explicit WebpReader(std::string bytes) : bytes_(std::move(bytes)) {
        const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes_.data()), bytes_.size()};
        WebPAnimDecoderOptions options;
        WebPAnimDecoderOptionsInit(&options);
        options.color_mode = MODE_BGRA;
        options.use_threads = 1;
        decoder_.reset(WebPAnimDecoderNew(&data, &options));
        WebPAnimInfo info;
        if (!decoder_ || WebPAnimDecoderGetInfo(decoder_.get(), &info) == 0)
            throw Error("it is damaged, or not an animated WebP");
        image::check_pixel_count(info.canvas_height, info.canvas_width);
        info_ = {.frames = static_cast<int>(info.frame_count),
                 .size = {static_cast<int>(info.canvas_height), static_cast<int>(info.canvas_width)}};
        info_.fps = rate();
        info_.recorded = true;
    }

    sources::VideoInfo info() const override { return info_; }

    bool grab() override {
        if (grabbed_ == info_.frames) return false;
        ++grabbed_;
        begin_ms_ = end_ms_;
        // What comes after a damaged frame is drawn upon it.
        if (canvas_ != nullptr || grabbed_ == 1) {
            if (WebPAnimDecoderGetNext(decoder_.get(), &canvas_, &end_ms_) == 0) canvas_ = nullptr;
        }
        if (canvas_ == nullptr) ++damaged_;
        return true;
    }

    cv::Mat retrieve() override {
        if (canvas_ == nullptr) return {};
        const cv::Mat view(info_.size.height, info_.size.width, CV_8UC4, canvas_);
        cv::Mat bgr(view.size(), CV_8UC3);  // alpha is dropped, as of other pictures
        cv::mixChannels(view, bgr, {0, 0, 1, 1, 2, 2});
        return bgr;
    }

    std::optional<double> stamp() const override {
        if (canvas_ == nullptr) return std::nullopt;
        return begin_ms_ / 1000.0;
    }

    int damaged() const override { return damaged_; }

  private:
    /// Of all frames together: each is shown for a time of its own.
    double rate() const {
        double total_ms = 0;
        WebPIterator frame;
        if (WebPDemuxGetFrame(WebPAnimDecoderGetDemuxer(decoder_.get()), 1, &frame) != 0) {
            do {
                total_ms += frame.duration;
            } while (WebPDemuxNextFrame(&frame) != 0);
            WebPDemuxReleaseIterator(&frame);
        }
        return total_ms > 0 ? info_.frames * 1000 / total_ms : 0;
    }

    std::string bytes_;  ///< the decoder reads them as it goes
    std::unique_ptr<WebPAnimDecoder, DeleteDecoder> decoder_;
    sources::VideoInfo info_;
    std::uint8_t* canvas_ = nullptr;  ///< of the decoder
    int grabbed_ = 0, damaged_ = 0;
    int begin_ms_ = 0, end_ms_ = 0;  ///< of the last frame
};

}  // namespace

std::unique_ptr<sources::VideoReader> open_webp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    if (!file) throw Error("it cannot be read");
    return std::make_unique<WebpReader>(std::move(bytes));
}

}  // namespace yolo::plugins

#else

namespace yolo::plugins {

std::unique_ptr<sources::VideoReader> open_webp(const std::string&) {
    throw Error(
        "this build was made without libwebp: install libwebp-dev and build again, or convert it to a GIF");
}

}  // namespace yolo::plugins

#endif
