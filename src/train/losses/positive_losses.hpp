// SPDX-License-Identifier: Apache-2.0
/// \file Losses at the anchors that learn an object, and their gradients.
#pragma once

#include <array>
#include <span>

#include "data/batch.hpp"
#include "train/losses/assigner.hpp"
#include "train/losses/detection_loss.hpp"
#include "train/losses/head_view.hpp"

namespace yolo::train {

/// What an anchor predicts, in pixels, as TargetObject::box.
std::array<float, 5> predicted_box(const HeadView& head, int picture, int anchor, bool rotated);

/// Angle of a logit, -pi/4 .. 3 pi/4.
float angle_of(float logit);

/// Sums over anchors, before they are divided and multiplied by gains.
struct PositiveSums {
    double box = 0, dfl = 0, cls = 0, angle = 0;  // weighted by the anchors' scores
    double mask = 0, keypoint = 0, visible = 0;   // each anchor alike

    PositiveSums& operator+=(const PositiveSums& other);
};

/// What the sums over the batch are divided by.
struct Divisors {
    double score_sum = 1;
    double positives = 0;
};

class PositiveLosses {
  public:
    PositiveLosses(const HeadView& head, const data::Batch& batch, const DetectionLossOptions& options,
                   const Divisors& divisors);

    /// What the gradients of the class loss are multiplied by.
    float class_scale() const { return scale_of(options_.gains.cls); }

    /// Losses of one picture; the class loss without what background_loss() counts.
    PositiveSums operator()(int picture, std::span<const TargetObject> objects,
                            std::span<const Assignment> assigned, const PrototypeView* prototypes) const;

  private:
    struct Row;  ///< one anchor with its object

    float scale_of(double gain) const;    ///< of gradients of sums that are divided by the scores
    float average_of(double gain) const;  ///< of gradients of averages over the anchors
    void box_losses(const Row& row, PositiveSums& sums) const;
    void rotated_losses(const Row& row, PositiveSums& sums) const;
    void class_loss(const Row& row, PositiveSums& sums) const;
    void keypoint_losses(const Row& row, PositiveSums& sums) const;
    void mask_losses(const Row& row, const PrototypeView& prototypes, PositiveSums& sums) const;

    const HeadView& head_;
    const data::Batch& batch_;
    const DetectionLossOptions& options_;
    Divisors divisors_;
};

}  // namespace yolo::train
