// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <vector>

namespace yolo::test {

/// One row of (rows, N) numbers.
template <std::size_t N>
std::array<float, N> row_at(const std::vector<float>& values, std::size_t row) {
    std::array<float, N> numbers;
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row * N), N, numbers.begin());
    return numbers;
}

}  // namespace yolo::test
