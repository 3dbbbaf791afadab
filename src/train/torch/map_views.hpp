// SPDX-License-Identifier: Apache-2.0
/// \file Head maps as the losses read them (train/losses/head_view.hpp), with memory for their gradients.
#pragma once

#include <vector>

#include "graph/graph.hpp"
#include "train/losses/head_view.hpp"
#include "train/losses/mask_loss.hpp"
#include "train/torch/head_maps.hpp"

namespace yolo::train {

/// Throws Error for heads without distributions of distances, or with more bins than the losses take.
void check_bins(int reg_max);

/// Views the maps in place where they lie in the processor's memory, channels last, in float32 or bfloat16;
/// copies others. Gradients are given back in the maps' own precision and on their device.
class MapBuffers {
  public:
    MapBuffers(const HeadMaps& maps, const graph::DecodeHead& decode, Size input, bool differentiate);

    const HeadView& head() const { return head_; }
    const std::vector<PrototypeView>& prototypes() const { return prototypes_; }

    const std::vector<at::Tensor>& maps() const { return maps_; }  ///< as they were given
    std::vector<at::Tensor> gradients() const;                     ///< by map, (N, C, h, w)

  private:
    /// `whole`: the losses write the whole gradient, so that it need not be cleared.
    MapView view(const at::Tensor& map, GradientView& gradient, bool whole = false);

    bool differentiate_;
    HeadView head_;
    std::vector<PrototypeView> prototypes_;
    std::vector<at::Tensor> maps_, rows_, gradients_;  // rows_: (N, h, w, C); gradients_ alike
};

}  // namespace yolo::train
