// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tensor.hpp"

namespace yolo::formats {

/// Half precision as checkpoints hold it: to nearest, ties to even; not-a-number is 0, what is too large (or
/// infinite) +-65504.
std::uint16_t to_half(float value);

/// Floating-point elements as half precision. A float16 tensor without special values is returned as it is.
Tensor to_half(const Tensor& tensor);

/// Whether no element is infinite or not a number.
bool is_finite(const Tensor& tensor);

}  // namespace yolo::formats
