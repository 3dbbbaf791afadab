// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"

namespace yolo::engines {

/// Plain data as Python writes it (str() of a dict, list, tuple, text, number, True, None) or as JSON does;
/// of both together too. Keys of a dict become text: {0: 'person'} is {"0": "person"}. Throws Error that
/// names `where` and the place in the text.
Json parse_python_text(std::string_view text, const std::string& where);

}  // namespace yolo::engines
