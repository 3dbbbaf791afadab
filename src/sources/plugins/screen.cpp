// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include "sources/screen_plugin.hpp"

namespace {

using yolo::sources::ScreenArea;
using yolo::sources::VideoInfo;
using yolo::sources::VideoReader;

struct CloseDisplay {
    void operator()(Display* display) const { ::XCloseDisplay(display); }
};
using DisplayHandle = std::unique_ptr<Display, CloseDisplay>;

/// The 8 bits of a colour whose bits in a pixel are `mask`.
unsigned char channel(unsigned long pixel, unsigned long mask) {
    const unsigned long low = mask & (~mask + 1);  // its lowest bit
    return low == 0 ? 0 : static_cast<unsigned char>((pixel & mask) / low * 255 / (mask / low));
}

class ScreenReader final : public VideoReader {
  public:
    ScreenReader(DisplayHandle display, const ScreenArea& area) : display_(std::move(display)), area_(area) {}

    VideoInfo info() const override { return {.frames = 0, .fps = 30, .size = {area_.height, area_.width}}; }
    bool grab() override { return true; }

    cv::Mat retrieve() override {
        XImage* image = ::XGetImage(display_.get(), RootWindow(display_.get(), area_.screen), area_.left,
                                    area_.top, static_cast<unsigned>(area_.width),
                                    static_cast<unsigned>(area_.height), AllPlanes, ZPixmap);
        if (image == nullptr) return {};
        cv::Mat picture(area_.height, area_.width, CV_8UC3);
        for (int y = 0; y < picture.rows; ++y) {
            auto* out = picture.ptr<unsigned char>(y);
            for (int x = 0; x < picture.cols; ++x, out += 3) {
                const unsigned long pixel = XGetPixel(image, x, y);
                out[0] = channel(pixel, image->blue_mask);
                out[1] = channel(pixel, image->green_mask);
                out[2] = channel(pixel, image->red_mask);
            }
        }
        XDestroyImage(image);
        return picture;
    }

  private:
    DisplayHandle display_;
    ScreenArea area_;
};

}  // namespace

extern "C" VideoReader* yolo_open_screen(ScreenArea& area, std::string& reason) try {
    DisplayHandle display(::XOpenDisplay(nullptr));
    if (!display) {
        reason = "there is no X display (see the variable DISPLAY)";
    } else if (area.screen < 0 || area.screen >= ScreenCount(display.get())) {
        reason = "the display has no screen of that number: the first is 0";
    } else {
        const int width = DisplayWidth(display.get(), area.screen),
                  height = DisplayHeight(display.get(), area.screen);
        if (area.width == 0 && area.height == 0) {
            area.width = width;
            area.height = height;
        }
        const bool inside = area.left >= 0 && area.top >= 0 && area.width > 0 && area.height > 0 &&
                            area.left <= width - area.width && area.top <= height - area.height;
        if (inside) return new ScreenReader(std::move(display), area);
        reason = "that part is not on the screen, which is " + std::to_string(width) + "x" +
                 std::to_string(height);
    }
    return nullptr;
} catch (const std::exception& error) {
    reason = error.what();
    return nullptr;
}

static_assert(std::is_same_v<decltype(yolo_open_screen), yolo::sources::OpenScreen>);
