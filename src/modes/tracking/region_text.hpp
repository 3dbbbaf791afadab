// SPDX-License-Identifier: Apache-2.0
/// \file What was counted, as text.
#pragma once

#include <string>
#include <vector>

#include <yolo/counter.hpp>

#include "core/json.hpp"

namespace yolo::modes {

// Without names there are no classes.

/// "door: 3 in, 1 out"; "queue: 2 inside, 5 in, 3 out".
std::string region_label(const RegionCounts& counts);
/// The same with the classes, and how long visits take: "door: 3 in, 1 out (person 2 in, 1 out; car 1 in)".
std::string region_summary(const RegionCounts& counts, const Names& names);

/// [{"name": "door", "in": 3, "out": 1, "classes": {"person": {"in": 2, "out": 1}}}]; areas also have inside,
/// visits, mean_seconds, longest_seconds and visitors (docs/tracking.md).
Json regions_json(const std::vector<RegionCounts>& regions, const Names& names);

/// Rows of counts.csv, the first its header.
std::string counts_csv_header();
std::string counts_csv_rows(const std::string& source, const RegionCounts& counts, const Names& names);

}  // namespace yolo::modes
