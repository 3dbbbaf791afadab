// SPDX-License-Identifier: Apache-2.0
#include "core/permute.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

using testing::ElementsAre;

std::vector<float> numbers(std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i);
    return values;
}

TEST(Permute, TurnsAMatrix) {
    const Tensor y = permute(Tensor::from({2, 3}, numbers(6)), {1, 0});
    EXPECT_THAT(y.shape(), ElementsAre(3, 2));
    EXPECT_THAT(y.values<float>(), ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST(Permute, ThereAndBackIsTheSame) {
    const Tensor x = Tensor::from({2, 3, 4, 5}, numbers(120));
    const Tensor last = permute(x, {0, 2, 3, 1});
    EXPECT_THAT(last.shape(), ElementsAre(2, 4, 5, 3));
    EXPECT_EQ(last.values<float>()[1], 20);  // channel 1 of the first cell
    EXPECT_THAT(permute(last, {0, 3, 1, 2}).values<float>(), testing::ElementsAreArray(x.values<float>()));
}

TEST(Permute, RefusesWhatIsNoPermutation) {
    const Tensor x = Tensor::from({2, 3}, numbers(6));
    EXPECT_THROW(permute(x, {0, 0}), Error);
    EXPECT_THROW(permute(x, {0}), Error);
    EXPECT_THROW(permute(x, {0, 1, 2}), Error);
}

}  // namespace
}  // namespace yolo
