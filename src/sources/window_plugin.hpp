// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

namespace yolo::sources {

inline constexpr char show_library[] = "yolo_show";

/// The display answers: the window system's library ends the whole process when it does not.
using DisplayAnswers = bool();
inline constexpr char display_answers_name[] = "yolo_display_answers";

/// The key's code, or -1. False with the reason when there is no window; no C++ exception leaves the plug-in.
using ShowPicture = bool(const std::string& title, const cv::Mat& picture, int wait_ms, int& key,
                         std::string& reason);
inline constexpr char show_picture_name[] = "yolo_show_picture";

}  // namespace yolo::sources
