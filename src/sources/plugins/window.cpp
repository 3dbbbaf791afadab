// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <set>

#include <opencv2/highgui.hpp>

#include "sources/plugins/quiet_opencv.hpp"
#include "sources/window_plugin.hpp"

#ifdef YOLO_HAVE_X11
#include <X11/Xlib.h>
#endif

namespace {

constexpr double share_of_screen = 0.9;

/// Empty when it is not known.
cv::Size screen_size() {
#ifdef YOLO_HAVE_X11
    if (Display* display = ::XOpenDisplay(nullptr); display != nullptr) {
        const int screen = DefaultScreen(display);
        const cv::Size size(DisplayWidth(display, screen), DisplayHeight(display, screen));
        ::XCloseDisplay(display);
        return size;
    }
#endif
    return {};
}

void make_window(const std::string& title, const cv::Mat& picture) {
    cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO);
    const cv::Size screen = screen_size();
    double scale = 1;
    if (!screen.empty()) {
        scale = std::min({1.0, share_of_screen * screen.width / picture.cols,
                          share_of_screen * screen.height / picture.rows});
    }
    cv::resizeWindow(title, std::max(1, cvRound(picture.cols * scale)),
                     std::max(1, cvRound(picture.rows * scale)));
}

}  // namespace

extern "C" bool yolo_display_answers() {
#ifdef YOLO_HAVE_X11
    const char* wayland = std::getenv("WAYLAND_DISPLAY");
    return (wayland != nullptr && *wayland != '\0') || !screen_size().empty();
#else
    return true;
#endif
}

extern "C" bool yolo_show_picture(const std::string& title, const cv::Mat& picture, int wait_ms, int& key,
                                  std::string& reason) try {
    const yolo::plugins::QuietOpenCv quiet;
    static std::set<std::string> windows;  // of this process, as highgui's own
    if (windows.insert(title).second) make_window(title, picture);
    cv::imshow(title, picture);
    key = cv::waitKey(wait_ms);
    return true;
} catch (const std::exception& error) {
    reason = error.what();
    return false;
}

static_assert(std::is_same_v<decltype(yolo_show_picture), yolo::sources::ShowPicture>);
static_assert(std::is_same_v<decltype(yolo_display_answers), yolo::sources::DisplayAnswers>);
