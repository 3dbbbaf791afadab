// SPDX-License-Identifier: Apache-2.0
#include "sources/frame_clock.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace yolo::sources {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

std::vector<double> times(const std::vector<std::optional<double>>& stamps) {
    FrameClock clock(10);
    std::vector<double> seconds;
    for (const std::optional<double>& stamp : stamps) seconds.push_back(clock.next(stamp));
    return seconds;
}

auto near(double value) {
    return DoubleNear(value, 1e-9);
}

TEST(FrameClock, GoesByTheStampsFromTheFirst) {
    EXPECT_THAT(times({20, 20.1, 22, 22.04}), ElementsAre(near(0), near(0.1), near(2), near(2.04)));
}

TEST(FrameClock, WithoutStampsByTheRate) {
    EXPECT_THAT(times({{}, {}, {}}), ElementsAre(near(0), near(0.1), near(0.2)));
    EXPECT_THAT(times({{}, {}, 5, 5.5}), ElementsAre(near(0), near(0.1), near(0.2), near(0.7)));
    EXPECT_THAT(times({5, {}, 6}), ElementsAre(near(0), near(0.1), near(1)));
}

TEST(FrameClock, NeverGoesBack) {
    EXPECT_THAT(times({0, 0.3, 0.2, 0.3, 0.5}),
                ElementsAre(near(0), near(0.3), near(0.3), near(0.3), near(0.5)));
    // Two recordings, one behind the other.
    EXPECT_THAT(times({7, 9, 7, 7.5}), ElementsAre(near(0), near(2), near(2.1), near(2.6)));
    EXPECT_THAT(times({7, 7.4, 7, 7.4}), ElementsAre(near(0), near(0.4), near(0.5), near(0.9)));
}

}  // namespace
}  // namespace yolo::sources
