// SPDX-License-Identifier: Apache-2.0
/// \file A tracker on detections that somebody else made: without a model, without pictures.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <yolo/log.hpp>
#include <yolo/tracker.hpp>

#include "metrics/mot_file.hpp"

namespace yolo::modes {

/// A tracker file as it can be used without pictures; `log` is told what of it does not act. Throws what
/// Tracker throws.
TrackerOptions tracker_without_pictures(const std::string& file, const LogSink& log);

/// What is known of a sequence beside its detections.
struct GivenSequence {
    double frame_rate = 0;  ///< 0 = not known: a frame is a second
    int length = 0;         ///< frames; 0 = up to the last detection
    double conf = 0;        ///< detections below it are left out
};

/// The tracks of all frames. Throws Cancelled when `cancelled` says so.
std::vector<metrics::MotRow> track_given(const std::vector<metrics::MotRow>& detections,
                                         const TrackerOptions& options, const GivenSequence& sequence,
                                         const std::function<bool()>& cancelled);

}  // namespace yolo::modes
