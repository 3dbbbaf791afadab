// SPDX-License-Identifier: Apache-2.0
/// \file Losses of the tasks with boxes: one pass over the class maps, everything else at the assigned
/// anchors only, with gradients written straight into maps of the head's own form.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <yolo/model_info.hpp>

#include "data/batch.hpp"
#include "train/learner.hpp"
#include "train/losses/head_view.hpp"
#include "train/losses/mask_loss.hpp"

namespace yolo::train {

struct DetectionLossOptions {
    Task task = Task::detect;
    LossGains gains;
    std::vector<float> class_weights;  ///< empty: all 1
    std::array<int, 2> kpt_shape = {};
    std::vector<float> kpt_sigmas;  ///< pose: one per keypoint
    bool overlap_mask = true;
};

struct DetectionLoss {
    std::vector<float> items;  ///< as loss_names(), with gains
    double total = 0;          ///< their sum times the number of pictures, which the gradients are of
};

/// Calls work(0), ..., work(count - 1), at once or not. Results do not depend on the order.
using ParallelLoop = std::function<void(std::int64_t count, const std::function<void(std::int64_t)>& work)>;

/// `prototypes`: segment, one per picture.
DetectionLoss detection_loss(const HeadView& head, std::span<const PrototypeView> prototypes,
                             const data::Batch& batch, const DetectionLossOptions& options,
                             const ParallelLoop& parallel);

}  // namespace yolo::train
