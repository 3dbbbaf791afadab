// SPDX-License-Identifier: Apache-2.0
#include "inference/number_setting.hpp"

#include <charconv>
#include <optional>
#include <string>

namespace yolo::inference {

float number_setting(const Tracker& tracker, std::string_view key, float otherwise) {
    const std::optional<std::string> text = tracker.setting(key);
    float value = otherwise;
    if (text) std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

}  // namespace yolo::inference
