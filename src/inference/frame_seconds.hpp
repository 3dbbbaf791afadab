// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/source.hpp"

namespace yolo::inference {

/// When a frame was taken, in seconds from a beginning that its sequence shares: of videos by their own time;
/// live, when it was received, since dropped frames have no number. 0: not known, as of pictures.
double time_of(const sources::Frame& frame);

/// The same for those who must have a time: pictures, and frames without one, count as a second each.
double seconds_of(const sources::Frame& frame);

}  // namespace yolo::inference
