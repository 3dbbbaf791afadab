// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <yolo/model_info.hpp>

#include "engines/model_source.hpp"
#include "engines/traits.hpp"

namespace yolo::engines {

/// What an exported file says of its model, in the keys and forms that are usual (task, names, stride, imgsz,
/// kpt_shape, channels, description). `task`: of a file that does not say it. Without names the model's are
/// null. Throws Error that names `where` and the key; UsageError when nobody says the task.
ModelInfo info_from_metadata(const Metadata& metadata, const std::string& where,
                             std::optional<Task> task = std::nullopt);

/// What the metadata say of the network (batch, size, and whether it suppresses by itself), for engines whose
/// library does not tell. Throws Error as above.
EngineTraits traits_from_metadata(const Metadata& metadata, const std::string& where);

/// What a file that suppresses by itself was exported with.
struct FileSuppression {
    double conf = 0.25, iou = 0.7;
    int max_det = 300;
    bool agnostic = false;
};
/// Nothing for a file that leaves it to us. What it does not say are the usual values. Throws Error as above.
std::optional<FileSuppression> suppression_from_metadata(const Metadata& metadata, const std::string& where);

/// "class0", "class1" ...
Names numbered_names(int count);

}  // namespace yolo::engines
