// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include "core/precision.hpp"

namespace yolo::engines::cpu {

/// Floating-point operations a second of the fastest of several products of two matrices, large enough that
/// arithmetic alone counts and small enough for the caches, on omp_get_max_threads() threads: what this
/// machine can do at most, in oneDNN's hands. Takes about 0.1 s.
double measured_peak(const dnnl::engine& engine, Precision precision);

}  // namespace yolo::engines::cpu
