// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "engines/cpu/loops/view.hpp"
#include "engines/cpu/plan.hpp"
#include "engines/cpu/weights.hpp"
#include "kernels/winograd.hpp"

namespace yolo::engines::cpu {

/// Whether kernels/winograd.hpp is the faster way for this convolution on a machine that has it.
bool winograd_pays(const ConvStep& step);

/// Such a convolution with its weights; run() may be called from several threads.
class WinogradConv {
  public:
    WinogradConv(const std::string& name, const ConvStep& step, WeightStore& store);

    /// Bytes that a run needs to work in, for omp_get_max_threads() threads.
    std::size_t scratch_bytes() const;
    /// Where the maps are in this run; `residual` only when the step has one. `scratch` is aligned to 64
    /// bytes.
    void run(const View& source, const View& target, const View* residual, std::byte* scratch) const;

  private:
    kernels::Winograd winograd_;
    kernels::WinogradOutput output_;
    std::span<const float> weights_;
};

}  // namespace yolo::engines::cpu
