// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <opencv2/videoio.hpp>
#include <opencv2/videoio/registry.hpp>

#include "sources/plugins/quiet_opencv.hpp"
#include "sources/video_plugin.hpp"

namespace {

using yolo::plugins::QuietOpenCv;
using yolo::sources::VideoInfo;
using yolo::sources::VideoReader;

// A stream that does not answer for so long is unresponsive: its reader shows black and opens it again.
constexpr int open_timeout_ms = 10'000, read_timeout_ms = 5'000;

class OpenCvReader final : public VideoReader {
  public:
    /// Shares the decoder.
    explicit OpenCvReader(const cv::VideoCapture& capture) : capture_(capture) {
        const double frames = capture_.get(cv::CAP_PROP_FRAME_COUNT);
        info_ = {.frames = frames > 0 && frames < 1e9 ? static_cast<int>(std::lround(frames)) : 0,
                 .fps = capture_.get(cv::CAP_PROP_FPS),
                 .size = {static_cast<int>(capture_.get(cv::CAP_PROP_FRAME_HEIGHT)),
                          static_cast<int>(capture_.get(cv::CAP_PROP_FRAME_WIDTH))}};
    }

    VideoInfo info() const override { return info_; }

    bool grab() override try {
        const QuietOpenCv quiet;
        return capture_.grab();
    } catch (const std::exception&) {
        return false;
    }

    cv::Mat retrieve() override try {
        const QuietOpenCv quiet;
        cv::Mat frame;
        return capture_.retrieve(frame) && frame.type() == CV_8UC3 ? frame : cv::Mat();
    } catch (const std::exception&) {
        return {};
    }

  private:
    cv::VideoCapture capture_;
    VideoInfo info_;
};

bool has_ffmpeg() {
    static const bool found = cv::videoio_registry::hasBackend(cv::CAP_FFMPEG);
    return found;
}

cv::VideoCapture open(const std::string& name, bool camera) {
    cv::VideoCapture capture;
    if (camera) {
        capture.open(std::stoi(name), cv::CAP_ANY);
    } else if (has_ffmpeg()) {
        capture.open(name, cv::CAP_FFMPEG,
                     {cv::CAP_PROP_OPEN_TIMEOUT_MSEC, open_timeout_ms, cv::CAP_PROP_READ_TIMEOUT_MSEC,
                      read_timeout_ms});
    } else {
        capture.open(name, cv::CAP_ANY);
    }
    return capture;
}

}  // namespace

extern "C" VideoReader* yolo_media_open_video(const std::string& name, bool camera) try {
    // FFmpeg's own messages; a user who set the variable wants to see them.
    static const int quiet_ffmpeg = ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
    static_cast<void>(quiet_ffmpeg);
    const QuietOpenCv quiet;
    cv::VideoCapture capture = open(name, camera);
    return capture.isOpened() ? new OpenCvReader(capture) : nullptr;
} catch (const std::exception&) {
    return nullptr;
}

static_assert(std::is_same_v<decltype(yolo_media_open_video), yolo::sources::OpenVideo>);
