// SPDX-License-Identifier: Apache-2.0
#include "sources/frame_clock.hpp"

#include <algorithm>

namespace yolo::sources {

namespace {

constexpr double most_frames_back = 2;  ///< stamps that go back further begin again

}  // namespace

double FrameClock::next(std::optional<double> stamp) {
    const double expected = seconds_ ? *seconds_ + period_ : 0;
    const double last = seconds_.value_or(0);
    if (!stamp) {
        seconds_ = expected;
    } else if (begin_ && *stamp - *begin_ > last - most_frames_back * period_) {
        seconds_ = std::max(*stamp - *begin_, last);
    } else {
        begin_ = *stamp - expected;
        seconds_ = expected;
    }
    return *seconds_;
}

}  // namespace yolo::sources
