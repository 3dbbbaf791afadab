// SPDX-License-Identifier: Apache-2.0
#include "kernels/pixels.hpp"

namespace yolo::kernels {

namespace {

template <class T>
YOLO_INLINE void pixels_to(const std::uint8_t* __restrict bgr, std::int64_t pixels, std::int64_t channels,
                           T* __restrict rgb) {
    for (std::int64_t i = 0; i < pixels; ++i) {
        for (std::int64_t c = 0; c < channels; ++c)
            store(rgb[i * channels + c], static_cast<float>(bgr[i * channels + channels - 1 - c]) / 255.0f);
    }
}

}  // namespace

YOLO_MULTIVERSION void convert_pixels(const std::uint8_t* bgr, std::int64_t pixels, std::int64_t channels,
                                      float* rgb) {
    pixels_to(bgr, pixels, channels, rgb);
}
YOLO_MULTIVERSION void convert_pixels(const std::uint8_t* bgr, std::int64_t pixels, std::int64_t channels,
                                      Bf16* rgb) {
    pixels_to(bgr, pixels, channels, rgb);
}

}  // namespace yolo::kernels
