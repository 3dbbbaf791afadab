// SPDX-License-Identifier: Apache-2.0
/// \file Forms of `yolo track` beside the one on a source.
#pragma once

#include <yolo/commands.hpp>

namespace yolo::modes {

/// detections=det.txt: a tracker on a file of detections alone. Throws Error, UsageError.
void track_detections(const Config& config, const CommandContext& context);

/// data=mot.yaml: a tracker on sequences with ground truth, behind a model or on each one's own detections:
/// table, metrics.json, metrics.csv. Throws Error, UsageError. Returns the number of pictures that could not
/// be read.
int track_dataset(const Config& config, const CommandContext& context);

}  // namespace yolo::modes
