// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "inference/appearance.hpp"
#include "inference/stage.hpp"
#include "inference/stream_trackers.hpp"

namespace yolo::inference {

/// What a tracker can have beside boxes.
struct TrackingAids {
    bool recovers = false;  ///< the network needs a suppression, whose losses TrackTrack looks at
    std::shared_ptr<Appearance> appearance = {};  ///< null: motion alone counts
    LogSink log = {};                             ///< for what only frames show
};
/// What trackers of these settings can have beside boxes from this model: said and made once, for as many
/// stages as there are. Throws UsageError for a model or options that give no detections to follow, and what
/// make_appearance() throws.
TrackingAids tracking_aids(const StreamTrackers& trackers, const Session& session,
                           const PredictOptions& options, const std::string& engine, const LogSink& log);

/// Gives each result the tracks of its stream: detections take their track's box, number, confidence and
/// class, masks and keypoints come along, and what belongs to no track goes. A frame without a track keeps
/// its detections, without numbers, unless there are tracks that wait for their confirmation.
std::unique_ptr<Stage> tracking_stage(std::shared_ptr<StreamTrackers> trackers, TrackingAids aids = {});

/// The stage with all that this model can give it. Throws what tracking_aids() throws.
Stages tracking_stages(std::shared_ptr<StreamTrackers> trackers, const Session& session,
                       const PredictOptions& options, const std::string& engine, const LogSink& log);

}  // namespace yolo::inference
