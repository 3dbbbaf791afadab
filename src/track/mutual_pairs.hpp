// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/assignment.hpp"

namespace yolo::track {

/// TrackTrack's association: in rounds, every row and column that are each other's cheapest, below the limit,
/// are taken together (the lower index among equals); then the limit falls by `step`. Ends with a round that
/// takes none. Pairs of (row, column), round by round, by row within a round.
std::vector<std::pair<std::size_t, std::size_t>> mutual_pairs(const SparseCosts& costs, double limit,
                                                              double step);

}  // namespace yolo::track
