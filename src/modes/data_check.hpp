// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/json.hpp"
#include "data/examine/examine.hpp"

namespace yolo::modes {

/// Tables of splits and classes, then the findings, those of one sort together.
std::string examination_text(const data::DatasetSpec& spec, const data::Examination& examination);

/// The whole examination: report.json.
Json examination_json(const data::DatasetSpec& spec, const data::Examination& examination);

}  // namespace yolo::modes
