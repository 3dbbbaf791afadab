// SPDX-License-Identifier: Apache-2.0
/// \file FastTracker (Hashempoor and Hwang, arXiv:2508.14370): ByteTrack that notices when an object goes
/// behind another one.
#include <deque>

#include "track/byte_flow.hpp"
#include "track/keys.hpp"
#include "track/registry.hpp"

namespace yolo::track {

namespace {

constexpr Key fasttrack_keys[] = {
    fraction("track_high_thresh", 0.25),
    fraction("track_low_thresh", 0.1),
    fraction("new_track_thresh", 0.25),
    track_buffer,
    fraction("match_thresh", 0.8),
    fuse_score,
    whole("reset_velocity_offset_occ", 1, 1000, 5),
    whole("reset_pos_offset_occ", 1, 1000, 3),
    factor("enlarge_bbox_occ", 10, 1.1),
    factor("dampen_motion_occ", 10, 0.5),
    whole("active_occ_to_lost_thresh", 0, 1e6, 10),
    fraction("occ_cover_thresh", 0.7),
    whole("occ_reappear_window", 0, 1e6, 40),
    fraction("init_iou_suppress", 0.7),
    track_buffer_s,
};

struct HidingTrack : Track {
    std::deque<KalmanState> history;  // of the matches, oldest first
    bool occluded = false;
    int occluded_length = 0;  // frames
    int not_matched = 0;      // frames
    bool recent = false;      // it was occluded not long ago
    int last_occluded = -1;   // frame
};

/// The share of `box` that `other` covers.
float covered(const image::Box4& box, const image::Box4& other) {
    const float width = std::min(box[2], other[2]) - std::max(box[0], other[0]);
    const float height = std::min(box[3], other[3]) - std::max(box[1], other[1]);
    if (!(width > 0) || !(height > 0)) return 0;
    return width * height / ((box[2] - box[0]) * (box[3] - box[1]) + 1e-7f);
}

class FastTrack final : public ByteFlow<HidingTrack> {
  public:
    explicit FastTrack(const Settings& settings)
        : ByteFlow(Measured::xyah, settings),
          velocity_offset_(static_cast<std::size_t>(settings.whole("reset_velocity_offset_occ"))),
          position_offset_(static_cast<std::size_t>(settings.whole("reset_pos_offset_occ"))),
          enlarge_(settings.number("enlarge_bbox_occ")),
          dampen_(settings.number("dampen_motion_occ")),
          longest_(settings.whole("active_occ_to_lost_thresh")),
          cover_(settings.score("occ_cover_thresh")),
          window_(settings.whole("occ_reappear_window")),
          suppress_(settings.score("init_iou_suppress")) {}

  private:
    static constexpr int most_unmatched = 2;  // frames

    void born(HidingTrack& track, const Detection&) override { remember(track); }
    void found(HidingTrack& track, const Detection& detection) override {
        update_track(track, detection, form(), now());
        show_again(track);
    }
    void found_again(HidingTrack& track, const Detection& detection) override {
        reactivate_track(track, detection, form(), now());
        show_again(track);
        track.recent = false;
        track.last_occluded = -1;
    }

    void show_again(HidingTrack& track) {
        track.occluded = false;
        track.occluded_length = 0;
        track.not_matched = 0;
        remember(track);
    }

    void remember(HidingTrack& track) {
        track.history.push_back(track.filter);
        if (track.history.size() > std::max(velocity_offset_, position_offset_) + 4)
            track.history.pop_front();
    }

    void lose(const List& left) override {
        std::vector<image::Box4> covers;
        for (const HidingTrack* track : changes().updated) {
            if (track->activated && !track->occluded) covers.push_back(corners_of(*track, form().measured));
        }
        for (HidingTrack* track : left) {
            ++track->not_matched;
            const image::Box4 box = corners_of(*track, form().measured);
            float most = 0;
            for (const image::Box4& other : covers) most = std::max(most, covered(box, other));
            if (most > cover_ && !track->occluded) {
                hide(*track);
            } else if (track->occluded) {
                ++track->occluded_length;
            }
            if (track->recent && now().frame - track->last_occluded > window_) track->recent = false;
            if (track->not_matched > most_unmatched &&
                (!track->occluded || track->occluded_length > longest_))
                mark_lost(*track);
        }
    }

    /// The matches just before are those of half an object: back to what it was.
    void hide(HidingTrack& track) {
        track.occluded = true;
        track.occluded_length = 1;
        track.last_occluded = now().frame;
        track.recent = true;
        const auto& history = track.history;
        Vector8& mean = track.filter.mean;
        if (history.size() >= velocity_offset_)
            mean.tail<4>() = history[history.size() - velocity_offset_].mean.tail<4>();
        if (history.size() >= position_offset_) {
            const KalmanState& old = history[history.size() - position_offset_];
            mean.head<4>() = old.mean.head<4>();
            track.filter.covariance = old.covariance;
        }
        mean[3] *= enlarge_;
        mean.tail<4>() *= dampen_;
    }

    bool may_start(const Detection& detection) override {
        if (suppress_ >= 1) return true;
        const auto far_from = [&](const HidingTrack& track) {
            return box_overlap(corners_of(track, form().measured), detection.shape.corners) < suppress_;
        };
        const auto may_beside = [&](const HidingTrack* track) {
            const bool born_now = track->start_frame == now().frame;
            return !(track->activated || born_now) || far_from(*track);
        };
        return std::ranges::all_of(changes().updated, may_beside) &&
               std::ranges::all_of(changes().found, may_beside) &&
               std::ranges::all_of(lists().tracked, [&](const HidingTrack* track) {
                   return track->state != TrackState::tracked || far_from(*track);
               });
    }

    bool spared(const HidingTrack& track) const override {
        return track.recent && now().frame - track.last_occluded <= window_;
    }
    bool shown(const HidingTrack& track) const override {
        return track.activated && track.last_frame == now().frame;
    }

    std::size_t velocity_offset_, position_offset_;  // entries of the history, from its end
    double enlarge_, dampen_;
    int longest_;  // frames
    float cover_;
    int window_;  // frames
    float suppress_;
};

}  // namespace

MethodRow fasttrack() {
    return row_of<FastTrack>("fasttrack", fasttrack_keys);
}

}  // namespace yolo::track
