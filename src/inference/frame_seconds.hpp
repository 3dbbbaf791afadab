// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/source.hpp"

namespace yolo::inference {

/// When a frame was taken, in seconds from a beginning that its sequence shares; of pictures, whose times are
/// not known, a second for each.
double seconds_of(const sources::Frame& frame);

}  // namespace yolo::inference
