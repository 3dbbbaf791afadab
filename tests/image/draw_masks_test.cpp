// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <optional>
#include <random>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "image/draw.hpp"
#include "image/mask_part.hpp"
#include "image/picture_support.hpp"

namespace yolo::image {
namespace {

/// Ellipses: connected regions, sometimes of one pixel, sometimes reaching over the edge.
Mask random_mask(std::mt19937& random, Size size) {
    Mask mask{size.height, size.width, {}};
    mask.data.resize(static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width));
    cv::Mat pixels(size.height, size.width, CV_8U, mask.data.data());
    const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
    for (int i = below(3); i >= 0; --i) {
        cv::ellipse(pixels, {below(size.width), below(size.height)},
                    {below(1 + size.width / 2), below(1 + size.height / 2)}, below(180), 0, 360, 1,
                    cv::FILLED);
    }
    if (below(3) == 0) pixels.at<std::uint8_t>(below(size.height), below(size.width)) = 1;
    return mask;
}

/// The value of the mask at a pixel of the picture, pixel by pixel in double.
double mask_value(const Mask& mask, Size picture, int y, int x) {
    const bool same = Size{mask.height, mask.width} == picture;
    const double gain = std::min(static_cast<double>(mask.height) / picture.height,
                                 static_cast<double>(mask.width) / picture.width);
    const auto along = [&](int i, int mask_side, int picture_side) {
        const int inner =
            same ? mask_side : std::max(static_cast<int>(std::nearbyint(picture_side * gain)), 1);
        const int pad = static_cast<int>(std::nearbyint((mask_side - inner) / 2.0 - 0.1));
        const double place = std::clamp((i + 0.5) * inner / picture_side - 0.5, 0.0, inner - 1.0);
        const int low = static_cast<int>(place), high = std::min(low + 1, inner - 1);
        return std::tuple(low + pad, high + pad, place - low);
    };
    const auto [y0, y1, v] = along(y, mask.height, picture.height);
    const auto [x0, x1, u] = along(x, mask.width, picture.width);
    const auto at = [&](int row, int column) {
        return static_cast<double>(mask.data[static_cast<std::size_t>(row * mask.width + column)]);
    };
    return (1 - v) * ((1 - u) * at(y0, x0) + u * at(y0, x1)) + v * ((1 - u) * at(y1, x0) + u * at(y1, x1));
}

/// The blending as it is defined, for one pixel; nothing when the side of an edge hangs on the last bit.
std::optional<cv::Vec3d> blended(const cv::Vec3b& pixel, const std::vector<Mask>& masks,
                                 const std::vector<Color>& colors, Size picture, int y, int x) {
    double transparency = 1;
    cv::Vec3d highest(0, 0, 0);
    for (std::size_t i = 0; i < masks.size(); ++i) {
        const double value = mask_value(masks[i], picture, y, x);
        const bool exact = masks[i].height % picture.height == 0;  // float and double agree on halves
        if (std::abs(value - 0.5) < 1e-5 && !exact) return {};
        if (value <= 0.5) continue;
        transparency *= 0.5;
        for (int c = 0; c < 3; ++c) highest[c] = std::max(highest[c], 0.5 * colors[i][c]);
    }
    return cv::Vec3d(pixel) * transparency + highest;
}

void expect_blended(Size size, Size mask_size, unsigned seed, unsigned count = 4) {
    SCOPED_TRACE(testing::Message() << size.width << "x" << size.height << " from " << mask_size.width << "x"
                                    << mask_size.height << ", " << count << " masks, seed " << seed);
    std::mt19937 random(seed);
    std::vector<Mask> masks;
    std::vector<Color> colors;
    for (unsigned i = 0; i < count; ++i) {
        masks.push_back(random_mask(random, mask_size));
        colors.push_back(class_color(static_cast<int>(random() % 20)));
    }
    const cv::Mat before = test::random_picture(size.height, size.width, random);
    cv::Mat after = before.clone();
    draw_masks(after, masks, colors);
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
            const auto expected = blended(before.at<cv::Vec3b>(y, x), masks, colors, size, y, x);
            if (!expected) continue;
            for (int c = 0; c < 3; ++c) {
                ASSERT_LE(std::abs(after.at<cv::Vec3b>(y, x)[c] - (*expected)[c]), 0.5)
                    << "row " << y << ", column " << x << ", channel " << c;
            }
        }
    }
}

TEST(DrawMasks, EqualsTheDefinitionForLetterboxedMasks) {
    unsigned seed = 1;
    for (const Size mask : {Size{64, 64}, Size{96, 160}, Size{32, 64}}) {
        for (const Size picture :
             {Size{1, 1}, Size{37, 53}, Size{64, 64}, Size{101, 64}, Size{150, 333}, Size{32, 32}})
            expect_blended(picture, mask, seed++);
    }
}

TEST(DrawMasks, EqualsTheDefinitionForMasksOfThePicturesSize) {
    unsigned seed = 100;
    for (const Size picture : {Size{1, 1}, Size{17, 16}, Size{64, 129}, Size{200, 90}})
        expect_blended(picture, picture, seed++);
}

TEST(DrawMasks, ManyOnTopOfEachOther) {
    expect_blended({40, 50}, {64, 64}, 7, 40);
}

TEST(DrawMasks, EmptyMasksChangeNothing) {
    std::mt19937 random(3);
    const cv::Mat before = test::random_picture(30, 40, random);
    cv::Mat after = before.clone();
    const std::vector<Mask> masks = {{32, 32, std::vector<std::uint8_t>(32 * 32)}, {0, 0, {}}};
    const std::vector<Color> colors(2, class_color(0));
    draw_masks(after, masks, colors);
    EXPECT_EQ(cv::norm(before, after, cv::NORM_INF), 0);
}

TEST(MaskPart, HoldsEveryPixelAndNoMore) {
    std::mt19937 random(5);
    for (int round = 0; round < 500; ++round) {
        const Size size{1 + static_cast<int>(random() % 40), 1 + static_cast<int>(random() % 70)};
        Mask mask{size.height, size.width, {}};
        mask.data.resize(static_cast<std::size_t>(size.height * size.width));
        for (unsigned i = random() % 6; i > 0; --i) mask.data[random() % mask.data.size()] = 1;
        cv::Rect expected;
        for (int y = 0; y < size.height; ++y) {
            for (int x = 0; x < size.width; ++x) {
                if (mask.data[static_cast<std::size_t>(y * size.width + x)] != 0)
                    expected |= cv::Rect(x, y, 1, 1);
            }
        }
        EXPECT_EQ(covered_part(mask), expected);
    }
}

}  // namespace
}  // namespace yolo::image
