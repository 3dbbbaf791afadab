// SPDX-License-Identifier: Apache-2.0
#include "kernels/pixels.hpp"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace yolo::kernels {

namespace {

template <class T>
void expect_reversed_shares(std::int64_t pixels, std::int64_t channels) {
    const auto count = static_cast<std::size_t>(pixels * channels),
               per_pixel = static_cast<std::size_t>(channels);
    std::vector<std::uint8_t> bytes(count);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{250});  // goes on at 0
    std::vector<T> shares(count);
    convert_pixels(bytes.data(), pixels, channels, shares.data());
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t pixel = i / per_pixel, channel = i % per_pixel;
        T wanted;
        store(wanted, static_cast<float>(bytes[pixel * per_pixel + per_pixel - 1 - channel]) / 255.0F);
        EXPECT_EQ(shares[i], wanted) << "channel " << channel << " of " << channels << ", pixel " << pixel;
    }
}

TEST(Pixels, BytesBecomeSharesInReverseOrder) {
    for (const std::int64_t channels : {1, 3, 4}) {
        for (const std::int64_t pixels : {0, 1, 7, 100}) {
            expect_reversed_shares<float>(pixels, channels);
            expect_reversed_shares<Bf16>(pixels, channels);
        }
    }
}

}  // namespace

}  // namespace yolo::kernels
