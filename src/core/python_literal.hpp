// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"

namespace yolo {

/// A text as Python's repr() writes it: in single quotes unless it holds some and no double ones; whatever it
/// holds, ast.literal_eval() gives it back.
std::string python_quoted(std::string_view text);

/// A value as Python's str() writes it: None, True, 0.5, [640, 640], {'batch': 1}.
std::string python_text(const Json& value);
/// A list as a dictionary by index: {0: 'person', 1: 'bicycle'}.
std::string python_numbered(const Json& list);

}  // namespace yolo
