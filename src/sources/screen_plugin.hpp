// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/video.hpp"

namespace yolo::sources {

inline constexpr char screen_library[] = "yolo_screen";

/// A part of a screen in pixels; a width of 0 is all of it. The reader sets the missing numbers.
struct ScreenArea {
    int screen = 0, left = 0, top = 0, width = 0, height = 0;
};

/// A null pointer with the reason when there is no such screen; no C++ exception leaves the plug-in.
using OpenScreen = VideoReader*(ScreenArea& area, std::string& reason);
inline constexpr char open_screen_name[] = "yolo_open_screen";

}  // namespace yolo::sources
