// SPDX-License-Identifier: Apache-2.0
#include "tasks/augment.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo::tasks {
namespace {

Tensor random_images(int height, int width, std::mt19937& random) {
    std::vector<float> values(static_cast<std::size_t>(2 * 3 * height * width));
    for (float& value : values) value = static_cast<float>(random() % 256) / 255;
    return Tensor::from({2, 3, height, width}, values);
}

std::int64_t anchors_of(const Tensor& input) {
    std::int64_t count = 0;
    for (const int stride : {8, 16, 32}) count += (input.dim(2) / stride) * (input.dim(3) / stride);
    return count;
}

float pixel(const Tensor& images, std::int64_t plane, std::int64_t y, std::int64_t x) {
    return images.values<float>()[static_cast<std::size_t>((plane * images.dim(2) + y) * images.dim(3) + x)];
}

TEST(Augment, InputsAreTheScaledAndMirroredPictures) {
    std::mt19937 random(21);
    const Tensor images = random_images(64, 96, random);
    const std::vector<Tensor> inputs = augmented_inputs(images, 32);
    ASSERT_EQ(inputs.size(), 3U);
    EXPECT_EQ(inputs[0].raw(), images.raw());  // as it is
    EXPECT_EQ(inputs[1].shape(), (Shape{2, 3, 64, 96}));
    EXPECT_EQ(inputs[2].shape(), (Shape{2, 3, 64, 96}));
    for (const std::size_t view : {1U, 2U}) {
        const double scale = view == 1 ? 0.83 : 0.67;
        const int height = static_cast<int>(64 * scale), width = static_cast<int>(96 * scale);
        for (std::int64_t plane = 0; plane < 6; ++plane) {
            for (int y = 0; y < 64; ++y) {
                for (int x = 0; x < 96; ++x) {
                    double expected = static_cast<double>(0.447f);
                    if (y < height && x < width) {
                        const double v = std::max((y + 0.5) * 64 / height - 0.5, 0.0);
                        const double u = std::max((x + 0.5) * 96 / width - 0.5, 0.0);
                        const auto at = [&](int row, int column) {
                            row = std::min(row, 63);
                            column = std::min(column, 95);
                            return pixel(images, plane, row, view == 1 ? 95 - column : column);
                        };
                        const int y0 = static_cast<int>(v), x0 = static_cast<int>(u);
                        const double fy = v - y0, fx = u - x0;
                        expected = (1 - fy) * ((1 - fx) * at(y0, x0) + fx * at(y0, x0 + 1)) +
                                   fy * ((1 - fx) * at(y0 + 1, x0) + fx * at(y0 + 1, x0 + 1));
                    }
                    ASSERT_NEAR(pixel(inputs[view], plane, y, x), expected, 1e-5)
                        << view << " " << y << " " << x;
                }
            }
        }
    }
}

TEST(Augment, NumbersOfAnchorsAreThoseOfTheSpecification) {
    std::mt19937 random(22);
    const std::vector<std::pair<Size, std::int64_t>> expected{
        {{640, 640}, 15049}, {{480, 640}, 11411}, {{320, 320}, 3946}};
    for (const auto& [size, anchors] : expected) {
        const Tensor images =
            Tensor::from({1, 1, size.height, size.width},
                         std::vector<float>(static_cast<std::size_t>(size.height * size.width)));
        std::vector<Tensor> outputs;
        for (const Tensor& input : augmented_inputs(images, 32)) {
            const std::int64_t count = anchors_of(input);
            outputs.push_back(
                Tensor::from({1, 6, count}, std::vector<float>(static_cast<std::size_t>(6 * count))));
        }
        EXPECT_EQ(merge_augmented(outputs, size).dim(2), anchors);
    }
}

TEST(Augment, BoxesAreMovedBack) {
    // 21 anchors of three levels in each output; the same box as each view sees it.
    const auto output = [](float x, float y, float w, float h) {
        std::vector<float> values;
        for (const float value : {x, y, w, h, 0.5f}) values.insert(values.end(), 21, value);
        return Tensor::from({1, 5, 21}, values);
    };
    const Tensor merged = merge_augmented(
        {output(10, 12, 4, 6), output(18.26f, 9.96f, 3.32f, 4.98f), output(6.7f, 8.04f, 2.68f, 4.02f)},
        {32, 32});
    ASSERT_EQ(merged.shape(), (Shape{1, 5, 20 + 21 + 5}));
    const std::vector<float> expected{10, 12, 4, 6, 0.5f};
    for (std::size_t i = 0; i < merged.values<float>().size(); ++i) {
        ASSERT_NEAR(merged.values<float>()[i], expected[i / 46], 1e-4) << i;
    }
}

TEST(Augment, BytesBecomeFloats) {
    Tensor bytes = Tensor::allocate(DType::u8, {1, 1, 2, 3});
    const std::vector<std::uint8_t> pixels{0, 51, 255, 102, 153, 204};
    std::copy(pixels.begin(), pixels.end(), bytes.mutable_values<std::uint8_t>().begin());
    const Tensor floats = to_float_rgb(bytes);
    ASSERT_EQ(floats.shape(), (Shape{1, 3, 1, 2}));
    const std::vector<float> expected{1, 0.8f, 0.2f, 0.6f, 0, 0.4f};
    for (std::size_t i = 0; i < 6; ++i) EXPECT_FLOAT_EQ(floats.values<float>()[i], expected[i]);
}

TEST(Augment, OtherTensorsAreRefused) {
    const Tensor floats = Tensor::from({1, 3}, std::vector<float>(3));
    EXPECT_THROW(to_float_rgb(floats), Error);
    EXPECT_THROW(augmented_inputs(floats, 32), Error);
    EXPECT_THROW(merge_augmented({}, {32, 32}), Error);
}

}  // namespace
}  // namespace yolo::tasks
