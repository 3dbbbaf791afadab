// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "data/batch.hpp"

namespace yolo::train {

/// The first pictures of a batch with their targets. Pixels are shared. `overlap_mask`: one mask for a
/// picture, not for an object.
data::Batch batch_part(const data::Batch& batch, int pictures, bool overlap_mask);

}  // namespace yolo::train
