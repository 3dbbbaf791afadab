// SPDX-License-Identifier: Apache-2.0
#include "core/keypoint_sigmas.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(KeypointSigmas, AreTheGivenElseThoseOfCocoElseEqual) {
    EXPECT_THAT(keypoint_sigmas({2, 3}, {.1F, .2F}), ElementsAre(.1F, .2F));
    EXPECT_FLOAT_EQ(keypoint_sigmas({17, 3}).at(16), .089F);
    EXPECT_THAT(keypoint_sigmas({17, 2}), AllOf(SizeIs(17), Each(1.0F / 17)));
    EXPECT_THAT(keypoint_sigmas({5, 3}), AllOf(SizeIs(5), Each(1.0F / 5)));
    EXPECT_THROW(keypoint_sigmas({5, 3}, {.1F}), Error);
}

}  // namespace
}  // namespace yolo
