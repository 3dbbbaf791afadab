// SPDX-License-Identifier: Apache-2.0
/// \file What to_json and to_csv write: one record per detection, its fields in the order they are written.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <yolo/result.hpp>

namespace yolo::tasks {

using NumberList = std::vector<double>;
/// "box": one number per key; "segments", "keypoints": a list per key.
using Fields = std::vector<std::pair<const char*, std::variant<double, NumberList>>>;
using Value = std::variant<std::string, int, double, Fields>;
using Record = std::vector<std::pair<const char*, Value>>;

/// Numbers are rounded already.
std::vector<Record> summarize(const Result& result, const SummaryOptions& options);

}  // namespace yolo::tasks
