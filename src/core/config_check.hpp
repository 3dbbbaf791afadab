// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/config.hpp>

namespace yolo {

/// The value as it is kept: whole reals become integers, names of precisions numbers, number-like run names
/// texts. Throws UsageError, naming the key, when the value has the wrong type or range.
Value checked_value(const OptionSpec& option, Value value);

/// UsageError(KEY=VALUE: it must be EXPECTED).
[[noreturn]] void wrong_value(std::string_view key, const Value& value, std::string_view expected);

}  // namespace yolo
