// SPDX-License-Identifier: Apache-2.0
#include "export/common/difference.hpp"

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

}  // namespace
}  // namespace yolo::exports
