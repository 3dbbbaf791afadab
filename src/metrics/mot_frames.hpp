// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "metrics/mot_file.hpp"

namespace yolo::metrics {

/// IoU, 0 to 1.
double overlap_of(const MotRow& a, const MotRow& b);

/// Two boxes of a frame that overlap, by their places in it.
struct MotPair {
    std::size_t object, track;
    double overlap;  // IoU
};

/// Objects and tracks of one frame by numbers from 0 that stay through the sequence.
struct MotFrame {
    std::vector<std::size_t> objects, tracks;
    std::vector<MotPair> pairs;  // by object, then track
};

struct MotSequenceFrames {
    std::vector<MotFrame> frames;  // those that have something, in order
    std::size_t objects = 0, tracks = 0;
};

MotSequenceFrames to_frames(const std::vector<MotRow>& truth, const std::vector<MotRow>& tracks);

}  // namespace yolo::metrics
