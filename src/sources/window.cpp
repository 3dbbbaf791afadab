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
    return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

int show(const std::string& title, const cv::Mat& picture, int wait_ms) {
    // The window system's library ends the whole process when it finds no screen.
    if (!display_available()) throw Error("show needs a screen: neither DISPLAY nor WAYLAND_DISPLAY is set");
    static const auto show_in_plugin =
        reinterpret_cast<ShowPicture*>(plugin_symbol(show_library, show_picture_name, "showing pictures"));
    int key = -1;
    std::string reason;
    if (!show_in_plugin(title, picture, wait_ms, key, reason))
        throw Error(fmt::format("cannot show a picture: {}", reason));
    return key;
}

}  // namespace yolo::sources
