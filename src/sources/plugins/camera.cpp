// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include <opencv2/videoio.hpp>

#include "sources/plugins/quiet_opencv.hpp"
#include "sources/video_plugin.hpp"

namespace {

using yolo::plugins::QuietOpenCv;
using yolo::sources::VideoInfo;
using yolo::sources::VideoReader;

class CameraReader final : public VideoReader {
  public:
    /// Shares the device.
    explicit CameraReader(const cv::VideoCapture& capture) : capture_(capture) {
        info_ = {.frames = 0,
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

}  // namespace

extern "C" VideoReader* yolo_open_camera(int index) try {
    const QuietOpenCv quiet;
    const cv::VideoCapture capture(index, cv::CAP_ANY);
    return capture.isOpened() ? new CameraReader(capture) : nullptr;
} catch (const std::exception&) {
    return nullptr;
}

static_assert(std::is_same_v<decltype(yolo_open_camera), yolo::sources::OpenCamera>);
