// SPDX-License-Identifier: Apache-2.0
/// \file Losses of one anchor with its object, and their gradients.
#pragma once

#include <array>
#include <span>

namespace yolo::train {

/// A loss of N inputs.
template <std::size_t N>
struct LossAndGradient {
    float loss = 0;
    std::array<float, N> gradient = {};
};

/// 1 - CIoU of corner boxes, by the prediction.
LossAndGradient<4> ciou_loss(const std::array<float, 4>& predicted, const std::array<float, 4>& target);
/// 1 - probIoU of rotated boxes in grid units, by the prediction.
LossAndGradient<5> prob_iou_loss(const std::array<float, 5>& predicted, const std::array<float, 5>& target);

/// sin^2 of twice the difference of the angles: boxes turned by a quarter are alike. The weight falls from 1
/// for squares with the aspect ratio of the target.
LossAndGradient<1> angle_loss(float predicted, float target, float width, float height);

/// Distances of an anchor to the four sides as distributions over bins 0, 1, ... (Li et al., generalized
/// focal loss, arXiv:2006.04388).
class SideDistributions {
  public:
    static constexpr int most_bins = 64;

    /// `logits`: (4, bins).
    SideDistributions(const float* logits, int bins);

    /// Expected distances left, top, right, bottom, in grid units.
    const std::array<float, 4>& distances() const { return distances_; }
    /// Cross-entropy of the two bins beside each target, which is limited to 0 .. bins - 1.01, averaged over
    /// the sides. Adds `scale` times its gradient.
    float focal_loss(std::array<float, 4> targets, float scale, float* gradient) const;
    /// Adds the gradient by the logits of something whose gradient by the distances is given.
    void add_distance_gradient(const std::array<float, 4>& by_distance, float* gradient) const;

  private:
    int bins_;
    std::array<float, 4> distances_ = {};
    std::array<float, 4> normalisers_ = {};  ///< ln of the sum of exp(logit)
    const float* logits_;
    std::array<float, 4 * most_bins> probabilities_;
};

/// Only the expected distances.
std::array<float, 4> expected_distances(const float* logits, int bins);

/// Keypoint loss (Maji et al., YOLO-Pose, arXiv:2204.06806): 1 - OKS over the labelled keypoints, times K /
/// their number, averaged over the K. `predicted`, `target` (K, 2) in grid units, `area` of the target box in
/// square grid units. Writes the gradient by `predicted`.
float keypoint_loss(std::span<const float> predicted, std::span<const float> target,
                    std::span<const bool> labelled, float area, std::span<const float> sigmas,
                    std::span<float> gradient);

}  // namespace yolo::train
