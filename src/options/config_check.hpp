// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <yolo/config.hpp>

namespace yolo {

/// The value as it is kept: whole reals become integers, names of precisions numbers, number-like run names
/// texts. Throws UsageError, naming the key, when the value has the wrong type or range.
Value checked_value(const OptionSpec& option, Value value);

/// Where an option takes numbers, texts that are some ("1e-3", "[0, 2]") are read as such: YAML takes 1e-3
/// for text, and shells and scripts leave quotes.
Value with_numbers(OptionType type, Value value);

/// A value as one types it: True, None, [0, 2], text.
std::string as_typed(const Value& value);

/// UsageError(KEY=VALUE: it must be EXPECTED).
[[noreturn]] void wrong_value(std::string_view key, const Value& value, std::string_view expected);

}  // namespace yolo
