// SPDX-License-Identifier: Apache-2.0
#include "support/golden_case.hpp"

#include <gtest/gtest.h>

namespace yolo::test {
namespace {

TEST(GoldenCases, AnUnknownPrefixIsAnError) {
    EXPECT_TRUE(golden_cases("no such folder").empty());
    YOLO_REQUIRE_GOLDEN("augment");
    EXPECT_THROW(golden_cases("augment", "no such case"), std::runtime_error);
}

}  // namespace
}  // namespace yolo::test
