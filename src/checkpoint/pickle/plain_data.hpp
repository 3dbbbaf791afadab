// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkpoint/pickle/pickle.hpp"
#include "core/json.hpp"

namespace yolo::checkpoint {

/// The plain data in a value: numbers, texts, lists, dicts (keys become text), paths, NumPy numbers,
/// namespaces. Tensors, modules and other objects become null. Throws Error when it is larger or deeper than
/// any settings are.
Json plain_data(const Value& value);

/// Valid UTF-8: bytes that are none become U+FFFD, so that the text can be written as JSON.
std::string clean_text(std::string_view text);

}  // namespace yolo::checkpoint
