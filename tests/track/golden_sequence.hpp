// SPDX-License-Identifier: Apache-2.0
/// \file A sequence of golden/trackers as the public Tracker takes it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <yolo/tracker.hpp>

#include "support/golden_case.hpp"

namespace yolo::test {

class GoldenSequence {
  public:
    explicit GoldenSequence(const GoldenCase& golden);

    int size() const { return size_; }
    TrackerOptions options() const;
    Detections detections(int frame) const;
    /// The frame's pixels; empty when the sequence has none.
    Image picture(int frame) const;
    /// Compares ids, order, scores, classes, indices and boxes with the golden.
    void expect_rows(int frame, const Tracks& tracks) const;

  private:
    std::vector<std::vector<float>> rows(const std::string& what, int frame) const;

    const GoldenCase& golden_;
    bool rotated_ = false;
    float tolerance_ = 0.01f;  // pixels
    int size_ = 0;
};

}  // namespace yolo::test
