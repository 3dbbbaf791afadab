// SPDX-License-Identifier: Apache-2.0
/// \file Options as checkpoints and YAML files hold them.
#pragma once

#include <string>

#include <yolo/config.hpp>

#include "core/json.hpp"

namespace yolo {

/// An option's value. Throws UsageError that begins with `where` for a map, which none can be.
Value to_value(const Json& json, const std::string& where);

/// Every key and its value, in the table's order.
Json config_json(const Config& config);

}  // namespace yolo
