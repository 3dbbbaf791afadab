// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <type_traits>
#include <utility>
#include <vector>

#include <opencv2/videoio.hpp>

#include "sources/plugins/quiet_opencv.hpp"
#include "sources/video_plugin.hpp"

namespace {

using namespace std::chrono_literals;
using yolo::plugins::QuietOpenCv;
using yolo::sources::Interrupt;
using yolo::sources::VideoInfo;
using yolo::sources::VideoReader;

using Clock = std::chrono::steady_clock;

constexpr auto longest_silence = 10s;  // then it is lost
constexpr std::chrono::nanoseconds asked_every = 100ms;

class CameraReader final : public VideoReader {
  public:
    /// Shares the device. `waits`: of Video4Linux, whose frames can be waited for.
    CameraReader(const cv::VideoCapture& capture, bool waits, Interrupt interrupt)
        : capture_(capture), waits_(waits), interrupt_(std::move(interrupt)) {
        info_ = {.frames = 0,
                 .fps = capture_.get(cv::CAP_PROP_FPS),
                 .size = {static_cast<int>(capture_.get(cv::CAP_PROP_FRAME_HEIGHT)),
                          static_cast<int>(capture_.get(cv::CAP_PROP_FRAME_WIDTH))}};
    }

    ~CameraReader() override {
        const QuietOpenCv quiet;  // one that was pulled out is no news
        capture_.release();
    }

    VideoInfo info() const override { return info_; }

    bool grab() override try {
        const QuietOpenCv quiet;
        if (!waits_) return capture_.grab();
        for (const auto end = Clock::now() + longest_silence; !interrupted() && Clock::now() < end;) {
            const News news = begun_ ? wait() : begin();
            if (news != News::nothing) return news == News::frame;
        }
        return false;
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
    enum class News { frame, nothing, lost };

    bool interrupted() const { return interrupt_ && interrupt_(); }

    /// What follows the first grab() can be waited for. That one makes the camera send, and waits itself: for
    /// whole seconds, as many as OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT says (10; the program `yolo` sets 1).
    News begin() {
        begun_ = true;
        const auto start = Clock::now();
        if (capture_.grab()) return News::frame;
        return Clock::now() - start > 500ms ? News::nothing : News::lost;
    }

    News wait() {
        std::vector<int> ready;
        if (!cv::VideoCapture::waitAny({capture_}, ready, asked_every.count())) return News::nothing;
        return !ready.empty() && capture_.grab() ? News::frame : News::lost;
    }

    cv::VideoCapture capture_;
    const bool waits_;
    const Interrupt interrupt_;
    bool begun_ = false;
    VideoInfo info_;
};

/// Of Video4Linux, else of any other library: one of GStreamer's, which OpenCV would take first, cannot be
/// interrupted.
VideoReader* open_one(int index, const Interrupt& interrupt) {
    for (const int library : {cv::CAP_V4L2, cv::CAP_ANY}) {
        const cv::VideoCapture capture(index, library);
        if (capture.isOpened()) return new CameraReader(capture, library == cv::CAP_V4L2, interrupt);
    }
    return nullptr;
}

}  // namespace

extern "C" VideoReader* yolo_open_camera(int index, const Interrupt& interrupt) try {
    const QuietOpenCv quiet;
    return open_one(index, interrupt);
} catch (const std::exception&) {
    return nullptr;
}

static_assert(std::is_same_v<decltype(yolo_open_camera), yolo::sources::OpenCamera>);
