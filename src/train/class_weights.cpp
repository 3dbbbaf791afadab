// SPDX-License-Identifier: Apache-2.0
#include "train/class_weights.hpp"

#include <cmath>

namespace yolo::train {

std::vector<float> class_weights(std::span<const std::int64_t> counts, double power) {
    double sum = 0;
    std::size_t present = 0;
    for (const std::int64_t count : counts) {
        if (count <= 0) continue;
        sum += std::pow(1.0 / static_cast<double>(count), power);
        ++present;
    }
    if (power <= 0 || present == 0) return {};
    // The absent classes get the mean, so that the mean over all is that of the present ones.
    const double mean = sum / static_cast<double>(present);
    std::vector<float> weights;
    for (const std::int64_t count : counts) {
        const double weight = count > 0 ? std::pow(1.0 / static_cast<double>(count), power) / mean : 1;
        weights.push_back(static_cast<float>(weight));
    }
    return weights;
}

}  // namespace yolo::train
