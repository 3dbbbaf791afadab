// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yolo {

/// Ratcliff and Obershelp's similarity of two texts, 0 to 1: twice the matching characters over all
/// characters, where the longest common substring matches, then the parts left and right of it in the same
/// way. Of equally long common substrings the one that starts first in `a`, then first in `b`, is taken, so
/// the order of the arguments matters. (J. W. Ratcliff, D. E. Metzener: Pattern Matching: The Gestalt
/// Approach, Dr. Dobb's Journal, July 1988.)
double similarity(std::string_view a, std::string_view b);

/// The candidates with a similarity(candidate, word) of at least 0.6: at most `count`, the most similar
/// first, equal ones in descending order of their text; each candidate once.
std::vector<std::string> near_misses(std::string_view word, std::span<const std::string_view> candidates,
                                     std::size_t count = 3);

/// " (did you mean A, B or C?)", or "" when there are none: the tail of an error's sentence.
std::string did_you_mean(std::span<const std::string> names);

}  // namespace yolo
