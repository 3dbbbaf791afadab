// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace yolo {

enum class Task { detect, segment, pose, obb, classify };

/// "detect", "segment", "pose", "obb", "classify".
const char* to_string(Task task);
/// The task of that name. Throws UsageError for any other text.
Task parse_task(const std::string& name);

/// The file that a model's name stands for: published models may be named without their suffix, "yolov8n-seg"
/// for "yolov8n-seg.pt". Every other name is the file's own.
std::string model_file_name(const std::string& name);

/// Class names by class index. Shared: every Result of a model points at the same ones.
using Names = std::shared_ptr<const std::vector<std::string>>;

/// What a model is, besides its network: everything that pre- and post-processing need to know.
struct ModelInfo {
    Task task = Task::detect;
    Names names;                        ///< one name per class
    std::vector<int> stride;            ///< of each head level in input pixels, e.g. 8, 16, 32; classify: 1
    std::array<int, 2> kpt_shape = {};  ///< pose: number of keypoints, values per keypoint (2 or 3)
    int channels = 3;                   ///< of the input picture
    int imgsz = 640;                    ///< the size the model was trained at; the default of every mode
    std::string description;            ///< "YOLOv8n", for messages

    int class_count() const { return names ? static_cast<int>(names->size()) : 0; }
    int max_stride() const;  ///< input sides must be multiples of it; at least 1 (classify)
};

}  // namespace yolo
