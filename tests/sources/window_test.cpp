// SPDX-License-Identifier: Apache-2.0
#include "sources/window.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

#include "source_support.hpp"

namespace yolo::sources {
namespace {

TEST(Window, NeedsADisplay) {
    if (display_available()) {
        EXPECT_EQ(show("a test's window", test::grey_frame(90, {2000, 3000}), 20),
                  -1);  // nobody presses a key
        EXPECT_EQ(show("a test's window", test::grey_frame(20, {2000, 3000}), 1), -1);
        return;
    }
    EXPECT_THAT(test::message_of([] { show("x", test::grey_frame(1), 1); }), testing::HasSubstr("DISPLAY"));
}

}  // namespace
}  // namespace yolo::sources
