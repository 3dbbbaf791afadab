// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include <yolo/tracker.hpp>

#include "inference/sequence.hpp"
#include "inference/track_tally.hpp"

namespace yolo::inference {

/// A tracker for each stream, and one for all files. A sequence begins with a tracker that knows nothing,
/// unless `persist`.
class StreamTrackers {
  public:
    /// Throws what Tracker throws.
    StreamTrackers(TrackerOptions options, bool persist);

    /// Its tracker, ready for this frame: to be asked once for each, in order.
    Tracker& of(const sources::Frame& frame);
    /// When the frame that of() was asked for last was taken, in seconds: they count from whenever, but go
    /// on. 0: not known, as of pictures.
    double seconds() const { return seconds_; }
    /// True once: that frame has no time, and track_buffer_s asks for it.
    bool misses_time();

    /// How many frames there are between the one before, of the same sequence, and the frame that of() was
    /// asked for last: of pictures that have numbers (Frame::frame_number), of which some are not there.
    int skipped() const { return skipped_; }
    /// When the n-th of them would have been taken, from 1; 0: not known.
    double seconds_of_skipped(int n) const {
        return seconds_ > 0 ? seconds_ - (skipped_ + 1 - n) * frame_seconds_ : 0;
    }

    /// Of all streams.
    TrackTally& tally() { return tally_; }

    /// From now on.
    void persist(bool on) { persist_ = on; }

    /// One that has seen nothing: to ask for settings.
    const Tracker& settings() const { return settings_; }

  private:
    struct Stream {
        Tracker tracker;
        Sequence sequence;
        double begin = 0, last = 0;  // seconds, of the sequence and of the last frame
        int number = 0;              // of the last picture; 0: it has none
    };

    const TrackerOptions options_;
    bool persist_;
    const Tracker settings_;
    std::map<int, Stream> streams_;
    double seconds_ = 0, frame_seconds_ = 0;
    int skipped_ = 0;
    TrackTally tally_;
    const bool wants_time_;
    bool missed_time_ = false;  ///< and misses_time() has said so
};

}  // namespace yolo::inference
