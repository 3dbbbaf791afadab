// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <yolo/config.hpp>

namespace yolo {

/// The modes of OptionSpec::modes by name: "train, val".
std::string mode_list(unsigned modes);

/// Given, and not simply its own default (as every key of a copied default file is). Throws UsageError for an
/// unknown key.
bool was_changed(const Config& config, std::string_view key);

}  // namespace yolo
