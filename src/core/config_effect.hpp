// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <yolo/config.hpp>

namespace yolo {

/// Given, and not simply its own default (as every key of a copied default file is). Throws UsageError for an
/// unknown key.
bool was_changed(const Config& config, std::string_view key);

}  // namespace yolo
