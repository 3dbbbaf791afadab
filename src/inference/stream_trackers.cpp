// SPDX-License-Identifier: Apache-2.0
#include "inference/stream_trackers.hpp"

#include <algorithm>
#include <utility>

#include "inference/frame_seconds.hpp"
#include "inference/number_setting.hpp"

namespace yolo::inference {

StreamTrackers::StreamTrackers(TrackerOptions options, bool persist)
    : options_(std::move(options)),
      persist_(persist),
      settings_(options_),
      wants_time_(number_setting(settings_, "track_buffer_s") > 0) {}

Tracker& StreamTrackers::of(const sources::Frame& frame) {
    const Sequence sequence(frame);
    const auto place = streams_.find(sequence.stream);
    Stream& stream =
        place != streams_.end()
            ? place->second
            : streams_.emplace(sequence.stream, Stream{Tracker(options_), sequence}).first->second;
    const bool begins = place == streams_.end() || !(stream.sequence == sequence);
    if (begins && !persist_) {
        stream.tracker.reset();
        stream.begin = stream.last = 0;
    }
    if (!(stream.sequence == sequence)) stream.number = 0;
    stream.sequence = sequence;
    const int number = frame.kind == sources::SourceKind::image ? frame.frame_number : 0;
    skipped_ = stream.number > 0 ? std::max(number - stream.number - 1, 0) : 0;
    stream.number = number;
    frame_seconds_ = frame.fps > 0 ? 1 / frame.fps : 0;
    seconds_ = 0;
    if (!has_time(frame)) return stream.tracker;
    // What is gone on with is a frame later than the sequence before it.
    if (begins || stream.begin + frame.seconds < stream.last)
        stream.begin = stream.last + frame_seconds_ - frame.seconds;
    seconds_ = stream.last = stream.begin + frame.seconds;
    return stream.tracker;
}

bool StreamTrackers::misses_time() {
    return wants_time_ && seconds_ <= 0 && !std::exchange(missed_time_, true);
}

}  // namespace yolo::inference
