// SPDX-License-Identifier: Apache-2.0
/// \file A tracker on detections that somebody else made: without a model, without pictures.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <yolo/log.hpp>
#include <yolo/tracker.hpp>

#include "metrics/mot_file.hpp"
#include "modes/tracking/sequence_check.hpp"

namespace yolo::modes {

/// A tracker file as it can be used without pictures; `log` is told what of it does not act. Throws what
/// Tracker throws.
TrackerOptions tracker_without_pictures(const std::string& file, const LogSink& log);

/// Detections of a file, and what is to be said of their confidences.
struct GivenDetections {
    std::vector<metrics::MotRow> rows;
    Notes notes;
};

/// As a file has them. Where no row has a confidence (-1, MOTChallenge's "not given") each counts as 1.
/// Throws what read_mot() throws.
GivenDetections read_detections(const std::filesystem::path& file);

/// What is known of a sequence beside its detections.
struct GivenSequence {
    double frame_rate = 0;  ///< 0 = not known
    int length = 0;         ///< frames; 0 = up to the last detection
    double conf = 0;        ///< detections below it are left out
};

/// "track_buffer_s=2 has no effect ..." where seconds count for the tracker and nobody knows them; else "".
std::string clock_note(const Tracker& settings, double frame_rate);

/// What a tracker made of them.
struct GivenTracks {
    std::vector<metrics::MotRow> rows;
    Notes notes;  ///< detections that were left out, and why there is no track
};

/// Is given the tracks of each frame, and when it was taken: without a frame rate each is a second.
using EachFrame = std::function<void(const Tracks&, double seconds)>;

/// The tracks of all frames. Throws Cancelled when `cancelled` says so.
GivenTracks track_given(const std::vector<metrics::MotRow>& detections, const TrackerOptions& options,
                        const GivenSequence& sequence, const std::function<bool()>& cancelled,
                        const EachFrame& each_frame = {});

}  // namespace yolo::modes
