// SPDX-License-Identifier: Apache-2.0
#include "tasks/result_numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace yolo::tasks {

namespace {

// The longest fixed form of a double: 309 digits, the point, and the decimals asked for.
constexpr int most_decimals = 30;
using Buffer = std::array<char, 352>;

}  // namespace

double round_decimal(double value, int decimals) {
    if (!std::isfinite(value)) return value;
    Buffer buffer;
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                       std::chars_format::fixed, std::clamp(decimals, 0, most_decimals));
    double rounded = value;
    std::from_chars(buffer.data(), written.ptr, rounded);
    return rounded;
}

void append_number(std::string& text, double value) {
    if (!std::isfinite(value)) {
        text += std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
        return;
    }
    std::array<char, 1100> buffer;  // the smallest double has 1074 places
    const auto written =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
    const std::string_view digits(buffer.data(), written.ptr);
    text += digits;
    if (digits.find('.') == std::string_view::npos) text += ".0";
}

}  // namespace yolo::tasks
