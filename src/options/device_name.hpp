// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/config.hpp>

namespace yolo {

/// The one form of a device that people write in many: null (unset), "cpu", "mps" ..., the number of a GPU,
/// or a list of numbers. CPU, "cpu:0", cuda, "cuda:1", [0], "0, 1" and "cuda:0,cuda:1" are read. Throws
/// UsageError for anything else.
Value canonical_device(const Value& value);

}  // namespace yolo
