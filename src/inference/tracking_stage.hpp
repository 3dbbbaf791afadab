// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <yolo/log.hpp>
#include <yolo/tracker.hpp>

#include "inference/stage.hpp"

namespace yolo::inference {

struct TrackingOptions {
    TrackerOptions tracker = {};
    bool persist = false;  ///< ids go on from one video to the next
    LogSink log = {};
};

/// Gives each result the tracks of its stream: detections take their track's box, number, confidence and
/// class, masks and keypoints come along, and what belongs to no track goes. A stream or a video has a
/// tracker of its own; the pictures of a folder or list are one sequence. Throws what Tracker throws.
std::unique_ptr<Stage> tracking_stage(const TrackingOptions& options);

}  // namespace yolo::inference
