// SPDX-License-Identifier: Apache-2.0
#include "train/learner_scaler.hpp"

#include <gtest/gtest.h>

namespace yolo::train {
namespace {

TEST(LossScaler, HalvesOnOverflowAndGrowsSlowly) {
    LossScaler scaler;
    scaler.update(true);
    EXPECT_EQ(scaler.scale(), 32768);
    for (int i = 0; i < 1999; ++i) scaler.update(false);
    LossScaler resumed;
    resumed.restore(scaler.state());
    resumed.update(false);
    EXPECT_EQ(resumed.scale(), 65536);
}

}  // namespace
}  // namespace yolo::train
