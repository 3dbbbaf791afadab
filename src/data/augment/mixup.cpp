// SPDX-License-Identifier: Apache-2.0
#include "data/augment/mixup.hpp"

#include <array>

#include "data/augment/instances.hpp"

namespace yolo::data {

void mix(Sample& sample, const Sample& second, double share) {
    // The products in double, then their sum: the truncation depends on the last bit.
    std::array<double, 256> own, other;
    for (int v = 0; v < 256; ++v) {
        own[static_cast<std::size_t>(v)] = v * share;
        other[static_cast<std::size_t>(v)] = v * (1 - share);
    }
    cv::Mat& picture = sample.picture;
    for (int y = 0; y < picture.rows; ++y) {
        auto* row = picture.ptr<std::uint8_t>(y);
        const auto* from = second.picture.ptr<std::uint8_t>(y);
        for (int x = 0; x < picture.cols * picture.channels(); ++x) {
            row[x] = static_cast<std::uint8_t>(own[row[x]] + other[from[x]]);
        }
    }
    append(sample.instances, second.instances);
}

}  // namespace yolo::data
