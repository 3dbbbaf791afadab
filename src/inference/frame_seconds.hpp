// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/source.hpp"

namespace yolo::inference {

/// When the frame was taken is known: not of pictures, but of those of a sequence with a frame rate.
bool has_time(const sources::Frame& frame);

/// When a frame was taken, in seconds from a beginning that its sequence shares; where that is not known, a
/// second for each picture.
double seconds_of(const sources::Frame& frame);

}  // namespace yolo::inference
