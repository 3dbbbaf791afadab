// SPDX-License-Identifier: Apache-2.0
#include "image/mask_part.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace yolo::image {

namespace {

using Pixels = std::span<const std::uint8_t>;

/// Places of the first and the last 1; nothing else in the house reads as fast as the C library's search.
std::ptrdiff_t first_set(Pixels pixels) {
    const void* found = pixels.empty() ? nullptr : std::memchr(pixels.data(), 1, pixels.size());
    return found != nullptr ? static_cast<const std::uint8_t*>(found) - pixels.data() : -1;
}

std::ptrdiff_t last_set(Pixels pixels) {
    const void* found = pixels.empty() ? nullptr : ::memrchr(pixels.data(), 1, pixels.size());
    return found != nullptr ? static_cast<const std::uint8_t*>(found) - pixels.data() : -1;
}

}  // namespace

cv::Rect covered_part(const Mask& mask) {
    const Pixels all(mask.data);
    const std::ptrdiff_t first = first_set(all);
    if (first < 0) return {};
    const int top = static_cast<int>(first / mask.width),
              bottom = static_cast<int>(last_set(all) / mask.width);
    int left = mask.width, right = -1;
    for (int y = top; y <= bottom; ++y) {
        const auto start = static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width);
        const Pixels row = all.subspan(start, static_cast<std::size_t>(mask.width));
        // What earlier rows have reached need not be looked at again.
        const auto before = first_set(row.first(static_cast<std::size_t>(left)));
        if (before >= 0) left = static_cast<int>(before);
        const auto after = last_set(row.subspan(static_cast<std::size_t>(right + 1)));
        if (after >= 0) right += 1 + static_cast<int>(after);
    }
    return {left, top, right - left + 1, bottom - top + 1};
}

}  // namespace yolo::image
