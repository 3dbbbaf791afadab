// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/tensor.hpp"

namespace yolo {

/// A float32 copy whose axis i is axis perm[i] of x. Throws Error when perm is no permutation of x's axes.
Tensor permute(const Tensor& x, const std::vector<int>& perm);

}  // namespace yolo
