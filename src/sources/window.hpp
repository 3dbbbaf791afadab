// SPDX-License-Identifier: Apache-2.0
/// \file Windows on the screen, through the plug-in libyolo_show.so: it links OpenCV's highgui (Qt or GTK,
/// slow to load).
#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

namespace yolo::sources {

/// There is a screen: DISPLAY or WAYLAND_DISPLAY is set, and an X server that they name answers.
/// Throws Error when the plug-in is missing.
bool display_available();

/// Shows a picture in the window of that title, shrunk to 90 % of the screen where its size is known, waits
/// up to `wait_ms` for a key and returns its code, or -1. Call it from one thread only. Throws Error when the
/// plug-in or the window system is missing.
int show(const std::string& title, const cv::Mat& picture, int wait_ms);

}  // namespace yolo::sources
