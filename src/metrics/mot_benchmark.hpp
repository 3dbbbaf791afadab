// SPDX-License-Identifier: Apache-2.0
/// \file Whom MOT16, MOT17 and MOT20 judge (Milan et al., arXiv:1603.00831, section 3; Dendorfer et al.,
/// arXiv:2003.09003): pedestrians alone. Who tracks somebody that is like one, such as a person on a bicycle
/// or behind glass, is neither right nor wrong.
#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "metrics/mot_file.hpp"

namespace yolo::metrics {

/// Classes of things that are like pedestrians, in the benchmark that a sequence is of by the beginning of
/// its name ("MOT17-"); none for other sequences, which are judged as they are.
std::set<int> distractors_of(std::string_view sequence);

/// Whether each row has one of a benchmark's classes, 1 to 13.
bool has_benchmark_classes(const std::vector<MotRow>& truth);

struct MotRows {
    std::vector<MotRow> truth, tracks;
};

/// What is judged: pedestrians whose confidence is not 0, and the tracks without those boxes that belong to a
/// distractor. Frame by frame, boxes belong to objects of any class so that their overlap is highest in sum,
/// of pairs at an IoU of 0.5 and more.
MotRows judged_by_benchmark(const std::vector<MotRow>& truth, const std::vector<MotRow>& tracks,
                            const std::set<int>& distractors);

}  // namespace yolo::metrics
