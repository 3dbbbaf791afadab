// SPDX-License-Identifier: Apache-2.0
/// \file The frame of the ByteTrack family (Zhang et al., arXiv:2110.06864, algorithm 1): strong detections
/// first, then weak ones for what was not found. A tracker of the family says what differs.
#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "core/assignment.hpp"
#include "track/lists.hpp"
#include "track/method.hpp"
#include "track/overlap_row.hpp"
#include "track/settings.hpp"

namespace yolo::track {

/// The keys that all trackers of the family have.
struct ByteSettings {
    explicit ByteSettings(const Settings& settings)
        : high(settings.score("track_high_thresh")),
          low(settings.score("track_low_thresh")),
          fresh(settings.score("new_track_thresh")),
          match(settings.number("match_thresh")),
          buffer(settings),
          fuse_score(settings.flag("fuse_score")) {}

    float high, low, fresh;  // scores
    double match;
    Buffer buffer;
    bool fuse_score;
};

template <class T>
class ByteFlow : public Method {
  public:
    using List = std::vector<T*>;
    using Seen = std::vector<const Detection*>;

    ByteFlow(Measured measured, const Settings& settings) : settings_(settings) { form_.measured = measured; }

    std::vector<const Track*> update(const Frame& frame) final {
        ++now_.frame;
        now_.seconds = frame.seconds;
        form_.rotated = frame.rotated;
        changes_ = {};
        split(frame);
        auto [confirmed, unconfirmed] = by_confirmation();
        List pool = std::move(confirmed);
        pool.insert(pool.end(), lists_.lost.begin(), lists_.lost.end());
        for (T* track : pool) predict_track(*track, form_.measured);
        follow_camera(frame, strong_, pool, unconfirmed);

        List left;
        Seen strong_left;
        match_first(pool, strong_, left, strong_left);
        recover(left, strong_left);
        match_second(left);
        match_unconfirmed(unconfirmed, strong_left);
        start_tracks(strong_left);
        remove_stale();
        lists_.close_frame(changes_, form_);
        return visible();
    }

    Measured measured() const final { return form_.measured; }
    std::size_t kept() const final { return lists_.kept(); }
    bool has_unconfirmed() const final {
        return std::any_of(lists_.tracked.begin(), lists_.tracked.end(),
                           [](const T* track) { return !track->activated; });
    }

  protected:
    // What a tracker may do differently.

    virtual void follow_camera(const Frame&, const Seen&, const List&, const List&) {}
    /// The cost of the first association (and of the unconfirmed), of a pair with this overlap.
    virtual double cost(const T&, const Detection& detection, float overlap) const {
        return fused(overlap, detection);
    }
    /// Whether pairs that don't overlap may be made, too.
    virtual bool any_pair() const { return false; }
    /// A second chance with strong detections; takes what it uses from both lists.
    virtual void recover(List&, Seen&) {}
    virtual bool uses_weak() const { return true; }
    /// What becomes of tracked ones that no detection was found for.
    virtual void lose(const List& left) {
        for (T* track : left) mark_lost(*track);
    }
    virtual bool may_start(const Detection&) { return true; }
    virtual bool spared(const T&) const { return false; }
    virtual bool shown(const T& track) const { return track.activated; }
    virtual void born(T&, const Detection&) {}
    virtual void found(T& track, const Detection& detection) { update_track(track, detection, form_, now_); }
    virtual void found_again(T& track, const Detection& detection) {
        reactivate_track(track, detection, form_, now_);
    }

    // What they have in common.

    double fused(float overlap, const Detection& detection) const {
        return settings_.fuse_score ? 1 - overlap * detection.score : 1 - overlap;
    }

    void take(T& track, const Detection& detection) {
        if (track.state == TrackState::tracked) {
            found(track, detection);
            changes_.updated.push_back(&track);
        } else {
            found_again(track, detection);
            changes_.found.push_back(&track);
        }
    }

    void mark_lost(T& track) {
        track.state = TrackState::lost;
        changes_.lost.push_back(&track);
    }

    /// Assigns, and takes the pairs in the order of the tracks; what is left goes to the two lists.
    /// `cost`: of (track, detection, overlap of its shape); `shape`: of a track.
    template <class ShapeOf, class Cost>
    void associate(const List& tracks, const Seen& detections, double limit, ShapeOf shape, Cost pair_cost,
                   List& tracks_left, Seen& detections_left, bool all_pairs = false) {
        SparseCosts costs(detections.size());
        OverlapRow row(form_.rotated);
        for (const Detection* detection : detections) row.add(detection->shape);
        for (T* track : tracks) {
            const std::span<const float> shared = row.with(shape(*track));
            for (std::size_t d = 0; d < detections.size(); ++d) {
                if (!(shared[d] > 0) && !all_pairs) continue;
                const double value = pair_cost(*track, *detections[d], shared[d]);
                if (value <= limit) costs.add(static_cast<int>(d), value);
            }
            costs.end_row();
            check_pairs(costs.pairs());
        }
        const std::vector<int> columns = assign(costs, limit);
        std::vector<bool> taken(detections.size());
        List free_tracks;
        for (std::size_t t = 0; t < tracks.size(); ++t) {
            if (columns[t] < 0) {
                free_tracks.push_back(tracks[t]);
                continue;
            }
            const auto column = static_cast<std::size_t>(columns[t]);
            taken[column] = true;
            take(*tracks[t], *detections[column]);
        }
        Seen free_detections;
        for (std::size_t d = 0; d < detections.size(); ++d) {
            if (!taken[d]) free_detections.push_back(detections[d]);
        }
        tracks_left = std::move(free_tracks);
        detections_left = std::move(free_detections);
    }

    void associate_by_cost(const List& tracks, const Seen& detections, double limit, List& tracks_left,
                           Seen& detections_left) {
        associate(
            tracks, detections, limit, [this](const T& track) { return shape_of(track, form_); },
            [this](const T& track, const Detection& detection, float shared) {
                return cost(track, detection, shared);
            },
            tracks_left, detections_left, any_pair());
    }

    const ByteSettings& settings() const { return settings_; }
    const TrackForm& form() const { return form_; }
    const Now& now() const { return now_; }
    const Changes<T>& changes() const { return changes_; }
    const Lists<T>& lists() const { return lists_; }

  private:
    static constexpr double weak_limit = 0.5, unconfirmed_limit = 0.7;

    void split(const Frame& frame) {
        strong_.clear();
        weak_.clear();
        for (const Detection& detection : frame.detections) {
            const image::Box4& box = detection.shape.corners;
            if (!(box[2] > box[0]) || !(box[3] > box[1])) continue;
            if (detection.score >= settings_.high) {
                strong_.push_back(&detection);
            } else if (detection.score > settings_.low) {
                weak_.push_back(&detection);
            }
        }
    }

    std::pair<List, List> by_confirmation() const {
        std::pair<List, List> lists;
        for (T* track : lists_.tracked) (track->activated ? lists.first : lists.second).push_back(track);
        return lists;
    }

    void match_first(const List& pool, const Seen& strong, List& left, Seen& strong_left) {
        associate_by_cost(pool, strong, settings_.match, left, strong_left);
    }

    void match_second(const List& left) {
        List tracked, unused_tracks;
        for (T* track : left) {
            if (track->state == TrackState::tracked) tracked.push_back(track);
        }
        if (uses_weak()) {
            Seen unused;
            associate(
                tracked, weak_, weak_limit, [this](const T& track) { return shape_of(track, form_); },
                [](const T&, const Detection&, float shared) { return 1.0 - shared; }, tracked, unused);
        }
        lose(tracked);
    }

    void match_unconfirmed(const List& unconfirmed, Seen& strong_left) {
        List left;
        associate_by_cost(unconfirmed, strong_left, unconfirmed_limit, left, strong_left);
        for (T* track : left) {
            track->state = TrackState::removed;
            changes_.removed.push_back(track);
        }
    }

    void start_tracks(const Seen& strong_left) {
        for (const Detection* detection : strong_left) {
            if (detection->score < settings_.fresh || !may_start(*detection)) continue;
            T& track = lists_.add();
            activate_track(track, lists_.next_id(), *detection, form_, now_);
            born(track, *detection);
            changes_.updated.push_back(&track);
        }
    }

    void remove_stale() {
        for (T* track : lists_.lost) {
            if (!settings_.buffer.is_over(*track, now_) || spared(*track)) continue;
            track->state = TrackState::removed;
            changes_.removed.push_back(track);
        }
    }

    std::vector<const Track*> visible() const {
        std::vector<const Track*> rows;
        for (const T* track : lists_.tracked) {
            if (shown(*track)) rows.push_back(track);
        }
        return rows;
    }

    ByteSettings settings_;
    TrackForm form_;
    Now now_;
    Lists<T> lists_;
    Changes<T> changes_;
    Seen strong_, weak_;  // of this frame
};

}  // namespace yolo::track
