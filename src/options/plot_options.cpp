// SPDX-License-Identifier: Apache-2.0
#include "options/plot_options.hpp"

#include "options/config_check.hpp"

namespace yolo {

namespace {

ColorMode color_mode(const std::string& text) {
    if (text == "class") return ColorMode::by_class;
    if (text == "instance") return ColorMode::by_instance;
    wrong_value("color_mode", text, "class or instance");
}

/// 0, by the picture's size, where nothing is given.
int pixels(const Config& config, const char* key) {
    return config.get(key).is_null() ? 0 : static_cast<int>(config.integer(key));
}

}  // namespace

PlotOptions plot_options(const Config& config) {
    return {.boxes = config.flag("show_boxes"),
            .labels = config.flag("show_labels"),
            .confidence = config.flag("show_conf"),
            .masks = true,
            .line_width = pixels(config, "line_width"),
            .color_mode = color_mode(config.text("color_mode")),
            .font_size = pixels(config, "font_size"),
            .kpt_radius = pixels(config, "kpt_radius"),
            .kpt_line = config.flag("kpt_line")};
}

}  // namespace yolo
