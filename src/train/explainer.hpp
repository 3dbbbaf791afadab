// SPDX-License-Identifier: Apache-2.0
/// \file Where in a picture a network looked for what it found. It takes gradients, so the work is done in
/// the plug-in libyolo_torch (train/torch/).
#pragma once

#include <memory>
#include <vector>

#include "checkpoint/checkpoint.hpp"
#include "core/tensor.hpp"

namespace yolo::train {

struct ExplainerOptions {
    float conf = 0.25F;             ///< lowest probability of a prediction that is explained
    std::vector<int> classes = {};  ///< class numbers that count; empty = all
    int threads = 1;
};

/// Not for several threads at once.
class Explainer {
  public:
    virtual ~Explainer() = default;

    /// (H, W) float32 0..1 of a picture (1, H, W, 3) uint8 BGR, H and W multiples of the stride: what raised
    /// the class logits of its predictions. The predictions are the anchors whose best class reaches `conf`
    /// (the best one alone when none does), the 16 strongest of them; classify: the best class. The map of
    /// one is relu(sum over channels of relu(gradient) * activation) at the head's input, bilinear at the
    /// picture's size, divided by its maximum; that of the picture is the largest of them. After Grad-CAM
    /// (Selvaraju et al. 2017), with the gradient of each place instead of its mean.
    virtual Tensor activation_map(const Tensor& picture) = 0;
};

/// The entry of the plug-in. The caller owns the explainer. `model`: training-stage graph and weights.
using MakeExplainer = Explainer*(const checkpoint::Checkpoint& model, const ExplainerOptions& options);
inline constexpr char make_explainer_name[] = "yolo_make_explainer";

/// Opens the plug-in. Throws Error that says how to get it when it is missing.
std::unique_ptr<Explainer> make_explainer(const checkpoint::Checkpoint& model,
                                          const ExplainerOptions& options);

}  // namespace yolo::train
