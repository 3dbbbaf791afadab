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
    /// An upright detection.
    static void add_box(const Detection& detection, Objects& found);
};

/// One per task; registry.cpp lists them.
const TaskRoom& detect_room();
const TaskRoom& segment_room();
const TaskRoom& pose_room();
const TaskRoom& obb_room();
const TaskRoom& classify_room();

}  // namespace yolo::tasks
