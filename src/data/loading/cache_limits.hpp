// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "data/dataset.hpp"
#include "data/loader.hpp"

namespace yolo::data {

/// Empty when options.cache fits: in memory twice the resized pictures (classify: the original ones), on the
/// disk 1.1 times the original ones of which no cache is there yet, in folders that can be written to. Else
/// the sentence that says why it is not used.
std::string cache_refusal(const Dataset& dataset, const LoaderOptions& options);

}  // namespace yolo::data
