// SPDX-License-Identifier: Apache-2.0
/// \file Run-length coded masks as COCO writes them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <yolo/result.hpp>

namespace yolo::metrics {

/// Lengths of runs of 0 and 1 in turn, 0 first, column by column.
struct RunLength {
    int height = 0, width = 0;
    std::vector<std::uint32_t> counts = {};

    bool operator==(const RunLength&) const = default;
};

RunLength encode_mask(const Mask& mask);

/// COCO's text: differences to the count before last, 5 bits per character.
std::string compress(const RunLength& runs);
/// Throws Error when the text is damaged or does not fill the mask.
RunLength decompress(std::string_view text, Size size);

/// The pixels inside of a polygon x0 y0 x1 y1 ..., as COCO draws it: traced on a grid five times as fine.
RunLength encode_polygon(std::span<const double> coordinates, Size size);
/// Set where any of the masks, all of one size, is set.
RunLength merge(std::span<const RunLength> masks);

std::int64_t area(const RunLength& runs);
/// x, y, width, height of the pixels that are set.
std::array<double, 4> extent(const RunLength& runs);
std::int64_t intersection(const RunLength& first, const RunLength& second);

}  // namespace yolo::metrics
