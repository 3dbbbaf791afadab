// SPDX-License-Identifier: Apache-2.0
/// \file Two samples made one.
#pragma once

#include <opencv2/core/types.hpp>

#include "data/sample.hpp"

namespace yolo::data {

/// picture = share * picture + (1 - share) * second, truncated; objects of both (Zhang et al.,
/// arXiv:1710.09412).
void mix(Sample& sample, const Sample& second, double share);

}  // namespace yolo::data
