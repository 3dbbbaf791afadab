// SPDX-License-Identifier: Apache-2.0
/// \file ByteTrack (Zhang et al., arXiv:2110.06864).
#include "track/byte_flow.hpp"
#include "track/keys.hpp"
#include "track/registry.hpp"

namespace yolo::track {

namespace {

constexpr Key bytetrack_keys[] = {
    fraction("track_high_thresh", 0.25),
    fraction("track_low_thresh", 0.1),
    fraction("new_track_thresh", 0.25),
    track_buffer,
    fraction("match_thresh", 0.8),
    fuse_score,
    track_buffer_s,
};

class ByteTrack final : public ByteFlow<Track> {
  public:
    explicit ByteTrack(const Settings& settings) : ByteFlow(Measured::xyah, settings) {}
};

}  // namespace

MethodRow bytetrack() {
    return row_of<ByteTrack>("bytetrack", bytetrack_keys);
}

}  // namespace yolo::track
