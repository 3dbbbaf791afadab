// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>

#include "image/draw.hpp"

namespace yolo::image {

namespace {

constexpr std::array<std::uint32_t, 20> palette = {
    0x042AFF, 0x0BDBEB, 0xF3F3F3, 0x00DFB7, 0x111F68, 0xFF6FDD, 0xFF444F, 0xCCED00, 0x00F344, 0xBD00FF,
    0x00B4FF, 0xDD00BA, 0x00FFFF, 0x26C000, 0x01FFB3, 0x7D24FF, 0x7B0068, 0xFF1B6C, 0xFC6D2F, 0xA2FF0B};

/// The light colours of the palette, on which dark text reads better than white.
constexpr std::array<int, 9> light = {1, 2, 3, 5, 7, 8, 12, 14, 19};

Color bgr(std::uint32_t rgb) {
    return {static_cast<std::uint8_t>(rgb), static_cast<std::uint8_t>(rgb >> 8),
            static_cast<std::uint8_t>(rgb >> 16)};
}

}  // namespace

Color class_color(int class_id) {
    const int count = static_cast<int>(palette.size());
    return bgr(palette[static_cast<std::size_t>((class_id % count + count) % count)]);
}

Color text_color(const Color& box) {
    const bool is_light =
        std::any_of(light.begin(), light.end(), [&](int index) { return class_color(index) == box; });
    return is_light ? bgr(0x111F68) : bgr(0xFFFFFF);
}

}  // namespace yolo::image
