// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tasks/picture_output.hpp"
#include "tasks/task.hpp"

namespace yolo::tasks {

/// What the tasks with letterboxed pictures share.
class LetterboxRoom : public TaskRoom {
  public:
    Size input_size(const std::vector<Size>& pictures, Size shape, bool rect, int stride) const final;
    void preprocess(const cv::Mat& picture, cv::Mat& place, Size shape) const final;

  protected:
    /// What stands in the first output.
    struct Layout {
        int class_count = 0;      ///< 0: as many as there are channels for
        int extra = 0;            ///< channels of the task's own
        bool rotated = false;     ///< the first of them is an angle
        int keypoint_values = 3;  ///< Objects::keypoint_values
    };
    virtual Layout layout(const std::vector<Tensor>& outputs, int index, const ModelInfo& info) const = 0;
    /// Class, score, anchor and box.
    virtual void add_box(const PictureOutput& output, const Detection& detection, Objects& found) const;
    /// What the task knows of a detection beside its box.
    virtual void add_more(const PictureOutput&, const Detection&, Objects&) const {}

  private:
    Found find(const std::vector<Tensor>& outputs, int index, const ModelInfo& info,
               const DecodeOptions& options) const final;
};

/// One per task; registry.cpp lists them.
const TaskRoom& detect_room();
const TaskRoom& segment_room();
const TaskRoom& pose_room();
const TaskRoom& obb_room();
const TaskRoom& classify_room();

}  // namespace yolo::tasks
