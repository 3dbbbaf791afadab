// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/model_info.hpp>
#include <yolo/result.hpp>
#include <yolo/tracker.hpp>

#include "core/output_form.hpp"
#include "core/tensor.hpp"
#include "tasks/objects.hpp"

namespace yolo::tasks {

/// A second suppression of the same candidates.
struct LooseSuppression {
    float iou = 0;
    float conf = 0;  ///< of those with a probability above it
};

struct DecodeOptions {
    float conf = 0.25f;
    float iou = 0.7f;
    int max_det = 300;
    bool agnostic = false;
    bool multi_label = false;
    std::vector<int> classes = {};
    bool retina_masks = false;
    OutputForm form = OutputForm::decoded;  ///< of the network's outputs
    std::optional<LooseSuppression> loose = std::nullopt;
};

/// What decoding gives beside a result.
struct Decoded {
    std::vector<int> anchors;  ///< of the result's detections
    Detections loose;          ///< boxes or obb that the second suppression keeps, if there is one
};

/// Pre- and post-processing of one task. Stateless: every function may be called from several threads.
class TaskRoom {
  public:
    virtual ~TaskRoom() = default;

    /// The size of the network input for pictures of these sizes: `shape` padded to the stride, or, when
    /// `rect` and all pictures have one size, only as large as they need. classify: `shape` itself.
    virtual Size input_size(const std::vector<Size>& pictures, Size shape, bool rect, int stride) const = 0;

    /// Writes the picture into its place in a batch: (H, W, 3) uint8 BGR or (H, W, 1) grey. `shape` is
    /// the one that input_size() was given.
    virtual void preprocess(const cv::Mat& picture, cv::Mat& place, Size shape) const = 0;

    /// What is on picture `index` of the raw outputs: the one decoding that predict and val share.
    Objects find_objects(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                         const DecodeOptions& options) const {
        return find(outputs, index, info, options).usual;
    }

    /// predict: the same in pixels of the picture, added to a result whose orig_shape, input_shape and names
    /// are set.
    Decoded decode(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                   const DecodeOptions& options, Result& result) const;

  protected:
    struct Found {
        Objects usual;
        Objects loose;  ///< of the second suppression: classes, scores and boxes alone
    };
    virtual Found find(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
                       const DecodeOptions& options) const = 0;

    /// `found` into a result, with what the task makes of the raw outputs beside (masks). Detections that are
    /// left out lose their place in found.anchors too.
    virtual void place(Objects& found, const std::vector<Tensor>& outputs, int index,
                       const DecodeOptions& options, Result& result) const;
};

/// The room of a task (one table in registry.cpp).
const TaskRoom& task_room(Task task);

}  // namespace yolo::tasks
