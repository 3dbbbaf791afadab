// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/json.hpp"
#include "data/examine/examine.hpp"

namespace yolo::data {

/// Tables of splits and classes, then the findings, those of one sort together.
std::string examination_text(const DatasetSpec& spec, const Examination& examination);

/// The whole examination: report.json.
Json examination_json(const DatasetSpec& spec, const Examination& examination);

}  // namespace yolo::data
