// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <yolo/config.hpp>

namespace yolo::modes {

/// The options of track that were asked for although they change nothing where `form` is given, in one line;
/// "" when there are none. `used`: those that act. What options_without_effect() says anyway is not repeated,
/// and nothing is said of flags that are turned off.
std::string unused_options(const Config& config, std::span<const std::string_view> used,
                           std::string_view form);

}  // namespace yolo::modes
