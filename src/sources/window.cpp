// SPDX-License-Identifier: Apache-2.0
#include "sources/window.hpp"

#include <cstdlib>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "sources/window_plugin.hpp"

namespace yolo::sources {

bool display_available() {
    const auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return value != nullptr && *value != '\0';
    };
    if (!set("DISPLAY") && !set("WAYLAND_DISPLAY")) return false;
    static const auto answers = reinterpret_cast<DisplayAnswers*>(
        plugin_symbol(show_library, display_answers_name, "showing pictures"));
    return answers();
}

int show(const std::string& title, const cv::Mat& picture, int wait_ms) {
    static const bool available = display_available();
    if (!available)
        throw Error("there is no screen to show pictures on (see the variables DISPLAY and WAYLAND_DISPLAY)");
    static const auto show_in_plugin =
        reinterpret_cast<ShowPicture*>(plugin_symbol(show_library, show_picture_name, "showing pictures"));
    int key = -1;
    std::string reason;
    if (!show_in_plugin(title, picture, wait_ms, key, reason))
        throw Error(fmt::format("cannot show a picture: {}", reason));
    return key;
}

}  // namespace yolo::sources
