// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace yolo::kernels {

using Floats = std::vector<float>;

/// Whole numbers of small size, so that every order of a sum gives the same.
inline Floats whole_numbers(std::int64_t count, int seed) {
    std::mt19937 generator(static_cast<unsigned>(seed));
    std::uniform_int_distribution<int> number(-4, 4);
    Floats values(static_cast<std::size_t>(count));
    for (float& value : values) value = static_cast<float>(number(generator));
    return values;
}

}  // namespace yolo::kernels
