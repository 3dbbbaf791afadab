// SPDX-License-Identifier: Apache-2.0
/// \file The rows that non-maximum suppression works on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace yolo::tasks {

/// The raw output of one picture, (4 + class_count + extra, anchors): boxes as centre and sides in input
/// pixels, one probability per class, and what the task adds.
struct RawOutput {
    std::span<const float> values;
    int channels = 0, anchors = 0, class_count = 0;

    const float* channel(int index) const {
        return values.data() + static_cast<std::ptrdiff_t>(index) * anchors;
    }
};

struct Candidate {
    float score = 0;
    int anchor = 0;
    int class_id = 0;
};

/// Higher score first; equal scores by anchor, then by class.
bool better(const Candidate& a, const Candidate& b);

/// Every (anchor, class) with a probability above `conf`, or, without `multi_label`, each anchor's best class
/// only (of equal ones the lower). `classes`: only these; empty = all. In no particular order.
std::vector<Candidate> find_candidates(const RawOutput& raw, float conf, bool multi_label,
                                       std::span<const int> classes);

/// Hands out candidates best first and sorts only as many as are asked for.
class BestFirst {
  public:
    /// At most the best `limit` of them.
    BestFirst(std::vector<Candidate> candidates, std::size_t limit);
    /// Null at the end.
    const Candidate* next();

  private:
    std::vector<Candidate> candidates_;
    std::size_t limit_;
    std::size_t sorted_ = 0, given_ = 0;
    std::size_t chunk_ = 512;
};

}  // namespace yolo::tasks
