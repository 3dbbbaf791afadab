// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yolo {

/// What convolutions are computed in; weights, sums and results stay float32.
enum class Precision { fp32, bf16, fp16 };
const char* to_string(Precision precision);  ///< "fp32", "bf16", "fp16"
/// Of to_string(). Throws Error.
Precision parse_precision(std::string_view name);

}  // namespace yolo
