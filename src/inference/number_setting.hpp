// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <yolo/tracker.hpp>

namespace yolo::inference {

/// The number that a key of the tracker has; `otherwise` where its kind has no such key.
float number_setting(const Tracker& tracker, std::string_view key, float otherwise = 0);

}  // namespace yolo::inference
