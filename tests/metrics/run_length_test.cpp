// SPDX-License-Identifier: Apache-2.0
#include "metrics/run_length.hpp"

#include <random>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "decoded_mask.hpp"

namespace yolo::metrics {
namespace {

using testing::ElementsAre;

Mask random_mask(int height, int width, double share, unsigned seed) {
    std::mt19937 random(seed);
    std::bernoulli_distribution set(share);
    Mask mask{height, width, std::vector<std::uint8_t>(static_cast<std::size_t>(height * width))};
    for (std::uint8_t& pixel : mask.data) pixel = set(random) ? 1 : 0;
    return mask;
}

/// The plain way: pixel by pixel along the columns.
std::vector<std::uint32_t> plain_counts(const Mask& mask) {
    std::vector<std::uint32_t> counts{0};
    std::uint8_t last = 0;
    for (int x = 0; x < mask.width; ++x) {
        for (int y = 0; y < mask.height; ++y) {
            const std::uint8_t pixel = mask.data[static_cast<std::size_t>(y * mask.width + x)];
            if (pixel != last) counts.push_back(0);
            last = pixel;
            ++counts.back();
        }
    }
    return counts;
}

TEST(RunLength, encodes_as_the_plain_way_and_decodes_back) {
    unsigned seed = 0;
    for (const double share : {0.0, 0.01, 0.3, 0.9, 1.0}) {
        for (const Size size : {Size{1, 1}, Size{1, 9}, Size{7, 1}, Size{13, 6}, Size{40, 64}}) {
            const Mask mask = random_mask(size.height, size.width, share, ++seed);
            const RunLength runs = encode_mask(mask);
            EXPECT_EQ(runs.counts, plain_counts(mask));
            EXPECT_EQ(test::decoded_mask(runs).data, mask.data);
            EXPECT_EQ(decompress(compress(runs), size), runs);
        }
    }
}

TEST(RunLength, operations_agree_with_pixels) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const Mask a = random_mask(17, 11, 0.02 + 0.05 * seed, seed), b = random_mask(17, 11, 0.4, seed + 99);
        std::int64_t area_a = 0, common = 0;
        int left = 11, right = -1, top = 17, bottom = -1;
        Mask either = a;
        for (std::size_t i = 0; i < a.data.size(); ++i) {
            area_a += a.data[i];
            common += a.data[i] & b.data[i];
            either.data[i] |= b.data[i];
            if (a.data[i] == 0) continue;
            const int y = static_cast<int>(i) / 11, x = static_cast<int>(i) % 11;
            left = std::min(left, x), right = std::max(right, x);
            top = std::min(top, y), bottom = std::max(bottom, y);
        }
        const RunLength runs_a = encode_mask(a), runs_b = encode_mask(b);
        EXPECT_EQ(area(runs_a), area_a);
        EXPECT_EQ(intersection(runs_a, runs_b), common);
        EXPECT_EQ(merge(std::vector{runs_a, runs_b}), encode_mask(either));
        if (right < 0) continue;
        EXPECT_THAT(extent(runs_a), ElementsAre(left, top, right - left + 1, bottom - top + 1));
    }
    EXPECT_THAT(extent(encode_mask(random_mask(4, 5, 0, 1))), ElementsAre(0, 0, 0, 0));
}

TEST(RunLength, text_of_a_known_mask) {
    // A full 20 x 10 picture: no 0, then 200 of 1: '0', and 200 = 8 + 32 * 6 -> 'X', '6'.
    const RunLength runs = encode_mask(random_mask(10, 20, 1, 1));
    EXPECT_THAT(runs.counts, ElementsAre(0, 200));
    EXPECT_EQ(compress(runs), "0X6");
}

TEST(RunLength, damaged_texts_are_errors) {
    for (const char* text : {"0X", "0X7", "0\x7f", "X", "0X60000", "~~~~~~~~~~~~~~~~~~~~"}) {
        EXPECT_THROW(decompress(text, Size{10, 20}), Error) << text;
    }
}

TEST(RunLength, polygons) {
    // Pixel centres lie at whole coordinates: a square from 1.5 to 5.5 covers the centres 2 to 5.
    const RunLength square =
        encode_polygon(std::vector<double>{1.5, 2.5, 5.5, 2.5, 5.5, 4.5, 1.5, 4.5}, {10, 10});
    EXPECT_EQ(area(square), 8);
    EXPECT_THAT(extent(square), ElementsAre(2, 3, 4, 2));
    // What lies outside of the picture is cut off.
    const RunLength big = encode_polygon(std::vector<double>{-9, -9, 30, -9, 30, 30, -9, 30}, {10, 12});
    EXPECT_EQ(area(big), 120);
    EXPECT_EQ(area(encode_polygon({}, {4, 4})), 0);
    EXPECT_EQ(area(encode_polygon(std::vector<double>{1, 1}, {4, 4})), 0);
}

}  // namespace
}  // namespace yolo::metrics
