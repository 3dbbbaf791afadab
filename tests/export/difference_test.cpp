// SPDX-License-Identifier: Apache-2.0
#include "export/common/difference.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace yolo::exports {
namespace {

ModelInfo two_classes(Task task) {
    ModelInfo info;
    info.task = task;
    info.names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b"});
    return info;
}

/// Two places of (boxes, two scores, one value more): (1, 7, 2).
Tensor output(float box, float score, float extra) {
    Tensor tensor = Tensor::allocate(DType::f32, {1, 7, 2});
    const auto values = tensor.mutable_values<float>();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 2 == 0 ? 0.0F : i < 8 ? 200.0F : 1.0F;
    values[0] += box;
    values[8] += score;
    values[12] += extra;
    return tensor;
}

TEST(Difference, EachKindOfValueIsJudgedByItsOwnRange) {
    const ModelInfo info = two_classes(Task::pose);
    const std::vector<Tensor> expected = {output(0, 0, 0)};
    EXPECT_EQ(difference(expected, expected, info).largest, 0);
    EXPECT_NEAR(difference({output(2, 0, 0)}, expected, info).largest, 0.01, 1e-6);
    EXPECT_NEAR(difference({output(0, 0.5F, 0)}, expected, info).largest, 0.5, 1e-6);
    EXPECT_NEAR(difference({output(0, 0.5F, 0)}, expected, info).mean, 0.125, 1e-6);
    EXPECT_NEAR(difference({output(0, 0, 0.25F)}, expected, info).largest, 0.25, 1e-6);
}

TEST(Difference, NoNumbersAndOtherShapesAreInfinitelyFar) {
    const ModelInfo info = two_classes(Task::pose);
    const std::vector<Tensor> expected = {output(0, 0, 0)};
    EXPECT_TRUE(std::isinf(difference({output(NAN, 0, 0)}, expected, info).largest));
    EXPECT_TRUE(std::isinf(difference({Tensor::allocate(DType::f32, {1, 7, 3})}, expected, info).mean));
    EXPECT_TRUE(std::isinf(difference({}, expected, info).largest));
}

Tensor rows(std::vector<std::array<float, 6>> list) {
    Tensor tensor = Tensor::allocate(DType::f32, {1, 4, 6});
    const auto values = tensor.mutable_values<float>();
    std::ranges::fill(values, 0.0F);
    for (std::size_t i = 0; i < list.size(); ++i)
        std::ranges::copy(list[i], values.begin() + static_cast<std::ptrdiff_t>(i * 6));
    return tensor;
}

TEST(RowDifference, ARowBelongsToTheNearestOfItsClass) {
    const std::array<float, 6> one = {10, 10, 50, 50, 0.9F, 1}, other = {60, 60, 90, 90, 0.8F, 0},
                               near = {10.5F, 10, 50, 50, 0.9F, 1}, far = {30, 10, 50, 50, 0.9F, 1};
    EXPECT_EQ(row_difference(rows({one, other}), rows({one, other}), 100).largest, 0);
    EXPECT_EQ(row_difference(rows({other, one}), rows({one, other}), 100).largest, 0) << "order";
    EXPECT_NEAR(row_difference(rows({near, other}), rows({one, other}), 100).largest, 0.005, 1e-6);
    EXPECT_NEAR(row_difference(rows({near, other}), rows({one, other}), 100).mean, 0.0025, 1e-6);
    EXPECT_EQ(row_difference(rows({one}), rows({one, other}), 100).largest, 0) << "one may be missing";
    EXPECT_TRUE(std::isinf(row_difference(rows({}), rows({one, other}), 100).largest));
    EXPECT_TRUE(std::isinf(row_difference(rows({far}), rows({one}), 100).largest)) << "missing and too many";
}

}  // namespace
}  // namespace yolo::exports
