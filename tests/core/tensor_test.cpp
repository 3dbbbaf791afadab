// SPDX-License-Identifier: Apache-2.0
#include "core/tensor.hpp"

#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

Tensor of_bytes(DType dtype, Shape shape, const std::vector<std::uint8_t>& bytes) {
    auto owner = std::make_shared<std::vector<std::uint8_t>>(bytes);
    return Tensor(dtype, std::move(shape), owner, owner->data());
}

TEST(Tensor, SharesDataBetweenCopies) {
    Tensor a = Tensor::from({2, 2}, std::vector<float>{1, 2, 3, 4});
    const Tensor b = a;
    a.mutable_values<float>()[3] = 9;
    EXPECT_EQ(b.values<float>()[3], 9);
}

TEST(Tensor, ReadsEveryHalf) {
    // 1, -2, the smallest subnormal, the largest number, infinity, -0
    const Tensor half =
        of_bytes(DType::f16, {6}, {0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0xFF, 0x7B, 0x00, 0x7C, 0x00, 0x80});
    const Tensor f32 = half.to_f32();
    const auto values = f32.values<float>();
    EXPECT_EQ(values[0], 1.0F);
    EXPECT_EQ(values[1], -2.0F);
    EXPECT_EQ(values[2], std::ldexp(1.0F, -24));
    EXPECT_EQ(values[3], 65504.0F);
    EXPECT_TRUE(std::isinf(values[4]));
    EXPECT_TRUE(std::signbit(values[5]));
}

TEST(Tensor, ReadsBfloatIntegersAndUnalignedData) {
    EXPECT_EQ(of_bytes(DType::bf16, {1}, {0x80, 0x3F}).to_f32().values<float>()[0], 1.0F);
    EXPECT_EQ(of_bytes(DType::i64, {1}, {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
                  .to_f32()
                  .values<float>()[0],
              -2.0F);
    const auto owner =
        std::make_shared<std::array<std::uint8_t, 5>>(std::array<std::uint8_t, 5>{7, 0, 0, 0x80, 0x3F});
    const Tensor shifted(DType::f32, {1}, owner, owner->data() + 1);
    EXPECT_THROW(shifted.values<float>(), Error);
    EXPECT_EQ(shifted.to_f32().values<float>()[0], 1.0F);
}

TEST(Tensor, RefusesWrongUse) {
    EXPECT_THROW(element_count({1LL << 40, 1LL << 40}), Error);
    EXPECT_THROW(element_count({-1}), Error);
    Tensor shared = of_bytes(DType::u8, {2}, {1, 2});
    EXPECT_THROW(shared.values<float>(), Error);
    EXPECT_THROW(shared.mutable_values<std::uint8_t>(), Error);
    EXPECT_THROW(Tensor::from({3}, std::vector<float>{1}), Error);
    EXPECT_THROW(Tensor::allocate(DType::f32, {1LL << 61}), Error);
}

TEST(Tensor, HasEmptyShapes) {
    EXPECT_EQ(Tensor::allocate(DType::f32, {0, 4}).elements(), 0);
    EXPECT_EQ(Tensor::allocate(DType::f32, {}).elements(), 1);
    EXPECT_EQ(to_string(Shape{1, 84, 8400}), "(1, 84, 8400)");
}

}  // namespace
}  // namespace yolo
