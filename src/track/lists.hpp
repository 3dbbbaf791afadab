// SPDX-License-Identifier: Apache-2.0
/// \file The lists that every tracker keeps, and how they look at the end of a frame.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "track/overlap_row.hpp"
#include "track/track.hpp"

namespace yolo::track {

/// What happened to the tracks in one frame, in the order in which it happened.
template <class T>
struct Changes {
    std::vector<T*> updated;  // and born
    std::vector<T*> found;    // that had been lost
    std::vector<T*> lost;
    std::vector<T*> removed;
};

/// Owns the tracks. T is Track or stands on it.
template <class T>
class Lists {
  public:
    std::vector<T*> tracked, lost;

    int next_id() { return ++last_id_; }
    T& add() { return *store_.emplace_back(std::make_unique<T>()); }
    std::size_t kept() const { return store_.size(); }

    /// A track that is removed for its age stays in the list of the lost for one more frame, where it may
    /// still be found: as in the reference, so that ids agree.
    void close_frame(const Changes<T>& changes, const TrackForm& form) {
        std::erase_if(tracked, [](const T* track) { return track->state != TrackState::tracked; });
        unlist_all();
        for (T* track : tracked) track->listed = true;
        append_new(tracked, changes.updated);
        append_new(tracked, changes.found);
        std::erase_if(lost, [this](const T* track) { return track->listed || is_remembered(*track); });
        std::vector<T*> newly_lost = changes.lost;
        std::erase_if(newly_lost, [this](const T* track) { return is_remembered(*track); });
        append_new(lost, newly_lost);
        drop_duplicates(form);
        for (T* track : changes.removed) track->removed_as = ++removals_;
        forget_unlisted();
    }

  private:
    static constexpr std::int64_t most_remembered = 1000;
    static constexpr float least_distance = 0.15f;

    void unlist_all() {
        for (const auto& track : store_) track->listed = false;
    }

    static void append_new(std::vector<T*>& list, const std::vector<T*>& added) {
        for (T* track : added) {
            if (!std::exchange(track->listed, true)) list.push_back(track);
        }
    }

    /// It was removed before and found again: only the newest removals are remembered.
    bool is_remembered(const T& track) const {
        return track.removed_as > 0 && removals_ - track.removed_as < most_remembered;
    }

    /// Of a tracked and a lost one in the same place the one that has been followed longer stays.
    void drop_duplicates(const TrackForm& form) {
        if (tracked.empty() || lost.empty()) return;
        OverlapRow row(form.rotated);
        for (const T* track : tracked) row.add(shape_of(*track, form));
        std::vector<bool> drop_tracked(tracked.size()), drop_lost(lost.size());
        for (std::size_t q = 0; q < lost.size(); ++q) {
            const std::span<const float> shared = row.with(shape_of(*lost[q], form));
            for (std::size_t p = 0; p < tracked.size(); ++p) {
                if (!(1 - shared[p] < least_distance)) continue;
                const bool tracked_is_older = followed(*tracked[p]) > followed(*lost[q]);
                (tracked_is_older ? drop_lost[q] : drop_tracked[p]) = true;
            }
        }
        erase_marked(tracked, drop_tracked);
        erase_marked(lost, drop_lost);
    }

    static int followed(const T& track) { return track.last_frame - track.start_frame; }

    static void erase_marked(std::vector<T*>& list, const std::vector<bool>& marks) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!marks[i]) list[kept++] = list[i];
        }
        list.resize(kept);
    }

    void forget_unlisted() {
        unlist_all();
        for (T* track : tracked) track->listed = true;
        for (T* track : lost) track->listed = true;
        std::erase_if(store_, [](const auto& track) { return !track->listed; });
    }

    std::vector<std::unique_ptr<T>> store_;
    std::int64_t removals_ = 0;
    int last_id_ = 0;
};

}  // namespace yolo::track
