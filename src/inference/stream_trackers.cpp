// SPDX-License-Identifier: Apache-2.0
#include "inference/stream_trackers.hpp"

#include <utility>

namespace yolo::inference {

StreamTrackers::StreamTrackers(TrackerOptions options, bool persist)
    : options_(std::move(options)), persist_(persist), settings_(options_) {}

Tracker& StreamTrackers::of(const sources::Frame& frame) {
    const Sequence sequence(frame);
    const auto place = streams_.find(sequence.stream);
    Stream& stream =
        place != streams_.end()
            ? place->second
            : streams_.emplace(sequence.stream, Stream{Tracker(options_), sequence}).first->second;
    const bool begins = !(stream.sequence == sequence);
    if (begins && !persist_) {
        stream.tracker.reset();
        stream.begin = stream.last = 0;
    }
    // What is gone on with is a frame later than the sequence before it.
    const double time = stream.begin + frame.seconds;
    if (time < stream.last || (begins && persist_ && time == stream.last))
        stream.begin += stream.last - time + (frame.fps > 0 ? 1 / frame.fps : 0);
    stream.sequence = sequence;
    seconds_ = stream.last = stream.begin + frame.seconds;
    return stream.tracker;
}

}  // namespace yolo::inference
