// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <yolo/counter.hpp>

namespace yolo::track {

/// With a name each. Throws UsageError for regions that cannot be; `where` begins the sentence: "doors.yaml:
/// ", or nothing.
std::vector<Region> checked_regions(std::vector<Region> regions, const std::string& where = "");

}  // namespace yolo::track
