// SPDX-License-Identifier: Apache-2.0
/// \file Following objects from frame to frame. Needs no model: any detector's boxes will do.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yolo/config.hpp>
#include <yolo/image.hpp>
#include <yolo/result.hpp>

namespace yolo {

/// Which tracker, and how it is set. docs/tracking.md has every key with its range and default.
struct TrackerOptions {
    /// bytetrack, botsort, ocsort, deepocsort, fasttrack or tracktrack.
    std::string type = "tracktrack";
    /// A tracker file (YAML), or one that ships, such as "botsort.yaml"; its tracker_type takes the place of
    /// `type`. "~" at its start is the home folder.
    std::string file = {};
    /// Keys of the tracker that differ from its defaults and from the file: {{"track_buffer", 60}}.
    std::vector<std::pair<std::string, Value>> settings = {};
};

/// What was found in one frame: upright boxes or rotated ones, never both. Coordinates are pixels of the
/// frame and may lie outside it. Boxes that are not finite or further than 1e7 pixels away are passed over;
/// confidences are taken from 0 to 1.
struct Detections {
    std::vector<Box> boxes = {};       ///< upright; track_id is not read
    std::vector<RotatedBox> obb = {};  ///< rotated, in any spelling of the angle
    /// Empty, or the appearance of each detection, all of one length: used with the key with_reid. An empty
    /// one, or one of zeros, says nothing of its detection.
    std::vector<std::vector<float>> features = {};
    /// Only TrackTrack reads them: what a loose suppression keeps beyond the usual one. They go on tracks but
    /// start none.
    std::vector<Box> recovered = {};
    std::vector<RotatedBox> recovered_obb = {};
    /// When the frame was taken, in seconds from any beginning; read for the key track_buffer_s only. 0 or
    /// less: not known, then track_buffer counts.
    double seconds = 0;
};

/// The objects that are followed, as they are in this frame: boxes of the tracker's filter with track_id from
/// 1, confidence and class of the detection. Upright or rotated as the detections were.
struct Tracks {
    std::vector<Box> boxes = {};
    std::vector<RotatedBox> obb =
        {};  ///< the angle goes on from frame to frame: it may leave [-pi/4, 3 pi/4)
    /// Row i belongs to detection indices[i], and so do its mask and keypoints; -1: to a recovered one.
    std::vector<int> indices = {};
    /// No rows, although there are tracks that have not been confirmed yet.
    bool unconfirmed = false;

    std::size_t size() const { return indices.size(); }
};

/// Gives objects numbers that stay. One for each stream; several are independent of each other, each is used
/// by one thread at a time.
class Tracker {
  public:
    /// Throws UsageError for an unknown tracker or key (with the nearest names) or a value out of its range,
    /// Error for a file that cannot be read.
    explicit Tracker(const TrackerOptions& options = {});
    Tracker(Tracker&& other) noexcept;
    Tracker& operator=(Tracker&& other) noexcept;
    ~Tracker();

    /// The next frame. To be called for frames without detections too: tracks age by frames. `frame`: its
    /// pixels, for trackers that follow the camera (key gmc_method); without them it counts as standing
    /// still. A frame of another size begins that anew. Throws UsageError when upright and rotated boxes are
    /// mixed, or the features are not one for each detection.
    Tracks update(const Detections& detections, const ImageView& frame = {});

    /// Forgets everything: the next frame is the first, the next id is 1.
    void reset();

    /// The tracker's name: "bytetrack".
    std::string_view type() const;
    /// The value of a key, as text; nothing when the tracker has no such key.
    std::optional<std::string> setting(std::string_view key) const;
    /// Whether update() looks at the pixels of frames.
    bool needs_frame() const;
    /// Whether update() looks at features.
    bool needs_features() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The names of all trackers.
std::vector<std::string_view> tracker_types();

}  // namespace yolo
