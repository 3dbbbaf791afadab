// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "inference/stage.hpp"
#include "inference/stream_trackers.hpp"

namespace yolo::inference {

/// Gives each result the tracks of its stream: detections take their track's box, number, confidence and
/// class, masks and keypoints come along, and what belongs to no track goes. A frame without a track keeps
/// its detections, without numbers, unless there are tracks that wait for their confirmation.
std::unique_ptr<Stage> tracking_stage(std::shared_ptr<StreamTrackers> trackers);

}  // namespace yolo::inference
