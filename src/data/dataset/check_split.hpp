// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "data/dataset_spec.hpp"

namespace yolo::data {

/// Throws Error when the split is not named or one of its places is not there: what can be known without
/// reading a folder.
void check_split_is_there(const DatasetSpec& spec, const std::string& split);

/// Throws Error: there is no picture in the split.
[[noreturn]] void refuse_empty_split(const DatasetSpec& spec, const std::string& split);

}  // namespace yolo::data
