// SPDX-License-Identifier: Apache-2.0
/// \file TrackTrack (Shim et al., Focusing on Tracks for Online Multi-Object Tracking, CVPR 2025).
#include "track/camera_follower.hpp"
#include "track/corner_motion.hpp"
#include "track/keys.hpp"
#include "track/lists.hpp"
#include "track/mutual_pairs.hpp"
#include "track/registry.hpp"

namespace yolo::track {

namespace {

constexpr Key tracktrack_keys[] = {
    fraction("track_high_thresh", 0.6),
    fraction("track_low_thresh", 0.25),
    fraction("new_track_thresh", 0.7),
    track_buffer,
    fraction("match_thresh", 0.7),
    fraction("lost_match_thr", 0),
    factor("iou_weight", 10, 0.5),
    factor("reid_weight", 10, 0.5),
    factor("conf_weight", 10, 0.1),
    factor("angle_weight", 10, 0.05),
    fraction("penalty_p", 0.2),
    fraction("penalty_q", 0.4),
    fraction("reduce_step", 0.05),
    fraction("tai_thr", 0.55),
    whole("min_track_len", 0, 1000, 3),
    gmc_method(flow_first),
    with_reid,
    reid_model,
    track_buffer_s,
};

struct CornerTrack : Track {
    float previous_score = 0;
    CornerMotion corners;
};

class TrackTrack final : public Method {
  public:
    explicit TrackTrack(const Settings& settings)
        : high_(settings.score("track_high_thresh")),
          low_(settings.score("track_low_thresh")),
          fresh_(settings.score("new_track_thresh")),
          buffer_(settings),
          match_(settings.number("match_thresh")),
          lost_match_(settings.number("lost_match_thr")),
          weights_{settings.number("iou_weight"), settings.number("reid_weight"),
                   settings.number("conf_weight"), settings.number("angle_weight")},
          weak_penalty_(settings.number("penalty_p")),
          recovered_penalty_(settings.number("penalty_q")),
          step_(settings.number("reduce_step")),
          apart_(settings.score("tai_thr")),
          least_length_(settings.whole("min_track_len")),
          with_reid_(settings.flag("with_reid")),
          camera_(settings) {}

    std::vector<const Track*> update(const Frame& frame) override;
    Measured measured() const override { return form_.measured; }
    std::size_t kept() const override { return lists_.kept(); }
    bool has_unconfirmed() const override {
        return std::ranges::any_of(lists_.tracked,
                                   [](const CornerTrack* track) { return !track->activated; });
    }

  private:
    using List = std::vector<CornerTrack*>;
    /// A column of the costs; weak and recovered ones cost more.
    struct Seen {
        const Detection* detection;
        double penalty;
    };
    struct Weights {
        double overlap, looks, score, angle;
    };

    void split(const Frame& frame);
    void match_pool(const List& pool);
    void match_unconfirmed(const List& unconfirmed);
    void match_lost(const List& was_lost);
    void start_tracks();
    void remove_stale();

    /// Takes the pairs below the limit; what is left of the tracks.
    List associate(const List& tracks, const std::vector<Seen>& seen, double limit);
    double cost(const CornerTrack& track, const image::Box4& box, float overlap, const Seen& seen) const;
    void take(CornerTrack& track, const Detection& detection);
    void found(CornerTrack& track, const Detection& detection);
    void found_again(CornerTrack& track, const Detection& detection);
    void learn(CornerTrack& track, const Detection& detection) const;
    /// Only strong detections do.
    bool shows_looks(const Detection& detection) const {
        return with_reid_ && detection.score >= high_ && detection.index >= 0 && !detection.feature.empty();
    }
    image::Box4 box_of(const CornerTrack& track) const { return corners_of(track, form_.measured); }

    float high_, low_, fresh_;  // scores
    Buffer buffer_;
    double match_, lost_match_;
    Weights weights_;
    double weak_penalty_, recovered_penalty_, step_;
    float apart_;
    int least_length_;
    bool with_reid_;
    CameraFollower camera_;

    TrackForm form_{Measured::xywh, false};
    Now now_;
    Lists<CornerTrack> lists_;
    Changes<CornerTrack> changes_;
    std::vector<Seen> strong_, weak_, recovered_;  // of this frame, strong ones only while nobody has them
};

constexpr float near_overlap = 0.1f;  // where directions count, and pairs are made at all

std::vector<const Track*> TrackTrack::update(const Frame& frame) {
    ++now_.frame;
    now_.seconds = frame.seconds;
    form_.rotated = frame.rotated;
    changes_ = {};
    split(frame);
    List pool, unconfirmed;
    for (CornerTrack* track : lists_.tracked)
        (track->state == TrackState::fresh ? unconfirmed : pool).push_back(track);
    const List was_lost = lists_.lost;
    pool.insert(pool.end(), was_lost.begin(), was_lost.end());
    std::vector<const Detection*> strong;
    for (const Seen& seen : strong_) strong.push_back(seen.detection);
    camera_.follow(frame, strong, form_, pool, unconfirmed);
    for (CornerTrack* track : pool) predict_track(*track, form_.measured);
    for (CornerTrack* track : unconfirmed) predict_track(*track, form_.measured);

    match_pool(pool);
    match_unconfirmed(unconfirmed);
    if (lost_match_ > 0) match_lost(was_lost);
    start_tracks();
    remove_stale();
    lists_.close_frame(changes_, {form_.measured, false});

    std::vector<const Track*> rows;
    for (const CornerTrack* track : lists_.tracked) {
        if (track->activated && track->last_frame == now_.frame) rows.push_back(track);
    }
    return rows;
}

void TrackTrack::split(const Frame& frame) {
    strong_.clear();
    weak_.clear();
    recovered_.clear();
    for (const Detection& detection : frame.detections) {
        if (detection.score >= high_) {
            strong_.push_back({&detection, 0});
        } else if (detection.score > low_) {
            weak_.push_back({&detection, weak_penalty_});
        }
    }
    for (const Detection& detection : frame.recovered) recovered_.push_back({&detection, recovered_penalty_});
}

double TrackTrack::cost(const CornerTrack& track, const image::Box4& box, float overlap,
                        const Seen& seen) const {
    const Detection& detection = *seen.detection;
    const image::Box4& other = detection.shape.corners;
    if (!(overlap > near_overlap)) return 1;
    const float down = std::min(box[3], other[3]) - std::max(box[1], other[1]);
    const float whole = std::max(box[3], other[3]) - std::min(box[1], other[1]);
    const float height = std::clamp(down / (whole + 1e-9f), 0.0f, 1.0f);
    double value = 1 - height * overlap;
    if (shows_looks(detection) && !track.feature.empty()) {
        value = weights_.overlap * value + weights_.looks * std::min(cosine_distance(track, detection), 1.0f);
    }
    value += weights_.score * std::abs(2 * track.score - track.previous_score - detection.score);
    value += weights_.angle * detection.score * track.corners.turn_to(other, now_.frame);
    return std::clamp(std::clamp(value, 0.0, 1.0) + seen.penalty, 0.0, 1.0);
}

TrackTrack::List TrackTrack::associate(const List& tracks, const std::vector<Seen>& seen, double limit) {
    SparseCosts costs(seen.size());
    OverlapRow places(false);
    for (const Seen& each : seen) places.add(each.detection->shape);
    for (const CornerTrack* track : tracks) {
        const image::Box4 box = box_of(*track);
        const std::span<const float> shared = places.with({box, {}});
        for (std::size_t d = 0; d < seen.size(); ++d) {
            const double value = cost(*track, box, shared[d], seen[d]);
            if (value < limit) costs.add(static_cast<int>(d), value);
        }
        costs.end_row();
        check_pairs(costs.pairs());
    }
    std::vector<bool> matched(tracks.size()), used(seen.size());
    for (const auto& [row, column] : mutual_pairs(costs, limit, step_)) {
        matched[row] = used[column] = true;
        take(*tracks[row], *seen[column].detection);
    }
    std::vector<Seen> strong_left;  // the strong ones are the first columns
    for (std::size_t d = 0; d < strong_.size(); ++d) {
        if (!used[d]) strong_left.push_back(strong_[d]);
    }
    strong_ = std::move(strong_left);
    List left;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (!matched[i]) left.push_back(tracks[i]);
    }
    return left;
}

void TrackTrack::match_pool(const List& pool) {
    std::vector<Seen> all = strong_;
    all.insert(all.end(), weak_.begin(), weak_.end());
    all.insert(all.end(), recovered_.begin(), recovered_.end());
    for (CornerTrack* track : associate(pool, all, match_)) {
        if (track->state != TrackState::tracked) continue;
        track->state = TrackState::lost;
        changes_.lost.push_back(track);
    }
}

void TrackTrack::match_unconfirmed(const List& unconfirmed) {
    const std::vector<Seen> left = strong_;
    for (CornerTrack* track : associate(unconfirmed, left, match_)) {
        track->state = TrackState::removed;
        changes_.removed.push_back(track);
    }
}

void TrackTrack::match_lost(const List& was_lost) {
    List still_lost;
    std::ranges::copy_if(was_lost, std::back_inserter(still_lost),
                         [](const CornerTrack* track) { return track->state != TrackState::tracked; });
    const std::vector<Seen> left = strong_;
    associate(still_lost, left, lost_match_);
}

void TrackTrack::start_tracks() {
    std::vector<image::Box4> taken;
    for (const CornerTrack* track : lists_.tracked) {
        if (track->state == TrackState::tracked) taken.push_back(box_of(*track));
    }
    for (const CornerTrack* track : changes_.updated) taken.push_back(box_of(*track));
    const auto is_free = [&taken, this](const image::Box4& box) {
        return std::ranges::none_of(
            taken, [&](const image::Box4& other) { return box_overlap(box, other) > apart_; });
    };
    std::vector<const Detection*> births;
    for (const Seen& seen : strong_) {
        if (seen.detection->score > fresh_ && is_free(seen.detection->shape.corners))
            births.push_back(seen.detection);
    }
    std::ranges::stable_sort(births, std::greater(), &Detection::score);
    taken.clear();
    std::vector<const Detection*> kept;
    for (const Detection* detection : births) {
        if (!is_free(detection->shape.corners)) continue;
        taken.push_back(detection->shape.corners);
        kept.push_back(detection);
    }
    std::ranges::sort(kept);  // all lie in one list: the order of the detections
    for (const Detection* detection : kept) {
        CornerTrack& track = lists_.add();
        activate_track(track, lists_.next_id(), *detection, form_, now_);
        track.previous_score = track.score;
        track.corners.see(now_.frame, box_of(track));
        if (least_length_ > 1) track.state = TrackState::fresh;
        track.activated = now_.frame == 1 || track.state == TrackState::tracked;
        learn(track, *detection);
        changes_.updated.push_back(&track);
    }
}

void TrackTrack::take(CornerTrack& track, const Detection& detection) {
    if (track.state == TrackState::tracked || track.state == TrackState::fresh) {
        found(track, detection);
        changes_.updated.push_back(&track);
    } else {
        found_again(track, detection);
        changes_.found.push_back(&track);
    }
}

/// The surer the detection, the less its noise.
double noise_of(const Detection& detection) {
    return std::max(1 - detection.score, 0.05f);
}

void TrackTrack::found(CornerTrack& track, const Detection& detection) {
    const bool was_tracked = track.state == TrackState::tracked, was_visible = track.activated;
    track.previous_score = track.score;
    update_track(track, detection, form_, now_, noise_of(detection));
    track.corners.see(now_.frame, detection.shape.corners);
    track.corners.turn(now_.frame);
    if (!was_tracked && track.tracklet_length + 1 < least_length_) {
        track.state = TrackState::fresh;
        track.activated = was_visible;
    }
    learn(track, detection);
}

void TrackTrack::found_again(CornerTrack& track, const Detection& detection) {
    track.previous_score = track.score;
    reactivate_track(track, detection, form_, now_, noise_of(detection));
    track.corners.see(now_.frame, box_of(track));
    learn(track, detection);
}

void TrackTrack::learn(CornerTrack& track, const Detection& detection) const {
    if (!shows_looks(detection)) return;
    smooth_feature(track, detection.feature, 0.95f + 0.05f * (1 - detection.score));
}

void TrackTrack::remove_stale() {
    for (CornerTrack* track : lists_.lost) {
        if (!buffer_.is_over(*track, now_)) continue;
        track->state = TrackState::removed;
        changes_.removed.push_back(track);
    }
}

}  // namespace

MethodRow tracktrack() {
    return row_of<TrackTrack>("tracktrack", tracktrack_keys);
}

}  // namespace yolo::track
