// SPDX-License-Identifier: Apache-2.0
/// \file One picture's share of a network's raw outputs.
#pragma once

#include <span>
#include <vector>

#include <yolo/result.hpp>

#include "core/tensor.hpp"
#include "image/masks.hpp"
#include "image/scale_boxes.hpp"
#include "tasks/nms.hpp"
#include "tasks/task.hpp"

namespace yolo::tasks {

/// Picture `index` of a float32 tensor (B, ...). Throws Error when there is no such picture or no such rank.
std::span<const float> picture_values(const Tensor& output, int index, std::size_t rank);

/// Picture `index`'s mask prototypes, the second output; valid as long as the outputs. Throws Error when
/// there is none.
image::Prototypes prototypes_of(const std::vector<Tensor>& outputs, int index);

/// Keypoints from x0, y0, (visibility0,) x1, ...: `values` 2 or 3; without visibilities they are 1.
std::vector<Keypoint> keypoints_of(std::span<const float> row, int values);
/// The same in pixels of the picture.
std::vector<Keypoint> keypoints_of(std::span<const float> row, int values, const image::BackScale& scale);

/// One picture's detections in a network's first output.
class PictureOutput {
  public:
    /// `class_count` 0: as many as there are channels for. Throws Error when the channels do not fit.
    PictureOutput(const Tensor& output, int index, int class_count, int extra, OutputForm form);

    struct Kept {
        std::vector<Detection> usual;
        std::vector<Detection> loose;  ///< of DecodeOptions::loose
    };
    Kept detections(const DecodeOptions& options, bool rotated) const;
    /// The task's own values of a detection: mask coefficients, keypoints, angle.
    std::vector<float> extras(const Detection& detection) const;

  private:
    std::span<const float> values_;
    int rows_, columns_, class_count_, extra_;
    bool final_rows_;
};

}  // namespace yolo::tasks
