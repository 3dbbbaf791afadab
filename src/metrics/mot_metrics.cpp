// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "core/assignment.hpp"
#include "metrics/mot_frames.hpp"

namespace yolo::metrics {

namespace {

constexpr double least_overlap = 0.5;  // of a hit in CLEAR and identity
constexpr double epsilon = 2.220446049250313e-16;

using Pairs = std::map<std::pair<std::size_t, std::size_t>, double>;  // (object, track)

/// The pairs of a frame with the highest sum of values, which are above 0; by their place in frame.pairs.
template <class ValueOf>
std::vector<const MotPair*> best_pairs(const MotFrame& frame, ValueOf value) {
    SparseCosts costs(frame.tracks.size());
    std::size_t next = 0;
    for (std::size_t object = 0; object < frame.objects.size(); ++object) {
        for (; next < frame.pairs.size() && frame.pairs[next].object == object; ++next) {
            const double gain = value(frame.pairs[next]);
            if (gain > 0) costs.add(static_cast<int>(frame.pairs[next].track), -gain);
        }
        costs.end_row();
    }
    const std::vector<int> tracks = assign(costs, 0);
    std::vector<const MotPair*> best;
    for (const MotPair& pair : frame.pairs) {
        if (tracks[pair.object] == static_cast<int>(pair.track) && value(pair) > 0) best.push_back(&pair);
    }
    return best;
}

struct Appearances {
    std::vector<double> objects, tracks;  // frames of each
};

Appearances count_appearances(const MotSequenceFrames& sequence) {
    Appearances counts{std::vector<double>(sequence.objects), std::vector<double>(sequence.tracks)};
    for (const MotFrame& frame : sequence.frames) {
        for (const std::size_t object : frame.objects) ++counts.objects[object];
        for (const std::size_t track : frame.tracks) ++counts.tracks[track];
    }
    return counts;
}

/// How well each object and track go together over the whole sequence: what decides between pairs of one
/// frame (HOTA, section 5.3; soft counts as in TrackEval).
Pairs align(const MotSequenceFrames& sequence, const Appearances& counts) {
    Pairs shared;
    for (const MotFrame& frame : sequence.frames) {
        std::vector<double> of_object(frame.objects.size()), of_track(frame.tracks.size());
        for (const MotPair& pair : frame.pairs) {
            of_object[pair.object] += pair.overlap;
            of_track[pair.track] += pair.overlap;
        }
        for (const MotPair& pair : frame.pairs) {
            shared[{frame.objects[pair.object], frame.tracks[pair.track]}] +=
                pair.overlap / (of_object[pair.object] + of_track[pair.track] - pair.overlap);
        }
    }
    for (auto& [pair, value] : shared)
        value /= counts.objects[pair.first] + counts.tracks[pair.second] - value;
    return shared;
}

void add_hota(const MotSequenceFrames& sequence, MotScores& scores) {
    const Appearances counts = count_appearances(sequence);
    const Pairs aligned = align(sequence, counts);
    std::array<Pairs, hota_levels> matches;
    for (const MotFrame& frame : sequence.frames) {
        const auto best = best_pairs(frame, [&](const MotPair& pair) {
            return pair.overlap * aligned.at({frame.objects[pair.object], frame.tracks[pair.track]});
        });
        for (std::size_t level = 0; level < hota_levels; ++level) {
            const double least = 0.05 * static_cast<double>(level + 1) - epsilon;
            double hits = 0;
            for (const MotPair* pair : best) {
                if (pair->overlap < least) continue;
                ++hits;
                scores.overlap_sum[level] += pair->overlap;
                ++matches[level][{frame.objects[pair->object], frame.tracks[pair->track]}];
            }
            scores.hits[level] += hits;
            scores.misses[level] += static_cast<double>(frame.objects.size()) - hits;
            scores.false_alarms[level] += static_cast<double>(frame.tracks.size()) - hits;
        }
    }
    for (std::size_t level = 0; level < hota_levels; ++level) {
        for (const auto& [pair, count] : matches[level]) {
            scores.association_sum[level] +=
                count * count / (counts.objects[pair.first] + counts.tracks[pair.second] - count);
        }
    }
}

/// What CLEAR knows of an object.
struct Followed {
    int last_track = -1;  // that it ever had
    int kept_track = -1;  // that it had better keep
    bool was_hit = false;
    int frames = 0, hits = 0, begins = 0;
};

/// How much a pair is wanted: who was together stays together, then as many as possible, then the nearest.
/// TrackEval does without the second.
double wanted(const MotPair& pair, bool stays, ClearRule rule) {
    if (pair.overlap < least_overlap - epsilon) return 0;
    return pair.overlap + (stays ? 1e6 : rule == ClearRule::mappings_last ? 1e3 : 0);
}

void take_hits(const MotFrame& frame, const std::vector<const MotPair*>& hits, std::vector<Followed>& objects,
               MotScores& scores) {
    for (const MotPair* pair : hits) {
        Followed& object = objects[frame.objects[pair->object]];
        const int track = static_cast<int>(frame.tracks[pair->track]);
        if (object.last_track >= 0 && object.last_track != track) ++scores.switches;
        object.last_track = object.kept_track = track;
        ++object.hits;
        if (!object.was_hit) ++object.begins;
        scores.clear_overlap_sum += pair->overlap;
    }
}

/// Who is followed when the next frame comes.
void end_frame(const MotFrame& frame, const std::vector<const MotPair*>& hits, ClearRule rule,
               std::vector<Followed>& objects) {
    if (rule == ClearRule::mappings_last) {
        for (const std::size_t object : frame.objects) objects[object].was_hit = false;
    } else {
        for (Followed& object : objects) object.was_hit = false;
    }
    for (const MotPair* pair : hits) objects[frame.objects[pair->object]].was_hit = true;
    if (rule == ClearRule::mappings_last) return;
    for (Followed& object : objects) {
        if (!object.was_hit) object.kept_track = -1;
    }
}

void add_clear(const MotSequenceFrames& sequence, ClearRule rule, MotScores& scores) {
    std::vector<Followed> objects(sequence.objects);
    for (const MotFrame& frame : sequence.frames) {
        for (const std::size_t object : frame.objects) ++objects[object].frames;
        const auto best = best_pairs(frame, [&](const MotPair& pair) {
            const Followed& object = objects[frame.objects[pair.object]];
            return wanted(pair, object.kept_track == static_cast<int>(frame.tracks[pair.track]), rule);
        });
        const auto hits = static_cast<std::int64_t>(best.size());
        scores.clear_hits += hits;
        scores.clear_misses += static_cast<std::int64_t>(frame.objects.size()) - hits;
        scores.clear_false_alarms += static_cast<std::int64_t>(frame.tracks.size()) - hits;
        take_hits(frame, best, objects, scores);
        // TrackEval passes over a frame without objects or without tracks.
        if (rule == ClearRule::mappings_last || (!frame.objects.empty() && !frame.tracks.empty()))
            end_frame(frame, best, rule, objects);
    }
    scores.objects += static_cast<std::int64_t>(objects.size());
    for (const Followed& object : objects) {
        const double share = static_cast<double>(object.hits) / std::max(object.frames, 1);
        if (share > 0.8) ++scores.mostly_tracked;
        if (share < 0.2) ++scores.mostly_lost;
        scores.fragments += std::max(object.begins - 1, 0);
    }
}

/// One track for each object, so that most boxes are right.
void add_identity(const MotSequenceFrames& sequence, MotScores& scores) {
    std::vector<std::map<std::size_t, double>> together(sequence.objects);
    std::int64_t objects = 0, tracks = 0;
    for (const MotFrame& frame : sequence.frames) {
        objects += static_cast<std::int64_t>(frame.objects.size());
        tracks += static_cast<std::int64_t>(frame.tracks.size());
        for (const MotPair& pair : frame.pairs) {
            if (pair.overlap >= least_overlap)
                ++together[frame.objects[pair.object]][frame.tracks[pair.track]];
        }
    }
    SparseCosts costs(sequence.tracks);
    for (const auto& row : together) {
        for (const auto& [track, frames] : row) costs.add(static_cast<int>(track), -frames);
        costs.end_row();
    }
    const std::vector<int> track_of = assign(costs, 0);
    std::int64_t hits = 0;
    for (std::size_t object = 0; object < track_of.size(); ++object) {
        if (track_of[object] >= 0)
            hits +=
                static_cast<std::int64_t>(together[object].at(static_cast<std::size_t>(track_of[object])));
    }
    scores.id_hits += hits;
    scores.id_misses += objects - hits;
    scores.id_false_alarms += tracks - hits;
}

double ratio(double part, double whole) {
    return part / std::max(whole, 1.0);
}

template <class ValueOf>
double mean_of_levels(ValueOf value) {
    double sum = 0;
    for (std::size_t level = 0; level < hota_levels; ++level) sum += value(level);
    return sum / static_cast<double>(hota_levels);
}

double detection(const MotScores& scores, std::size_t level) {
    return ratio(scores.hits[level], scores.hits[level] + scores.misses[level] + scores.false_alarms[level]);
}

double association(const MotScores& scores, std::size_t level) {
    return ratio(scores.association_sum[level], scores.hits[level]);
}

}  // namespace

double MotScores::hota() const {
    return mean_of_levels(
        [this](std::size_t level) { return std::sqrt(detection(*this, level) * association(*this, level)); });
}

double MotScores::det_a() const {
    return mean_of_levels([this](std::size_t level) { return detection(*this, level); });
}

double MotScores::ass_a() const {
    return mean_of_levels([this](std::size_t level) { return association(*this, level); });
}

double MotScores::loc_a() const {
    // Without a hit nothing is out of place.
    return mean_of_levels(
        [this](std::size_t level) { return hits[level] > 0 ? overlap_sum[level] / hits[level] : 1; });
}

double MotScores::mota() const {
    return ratio(static_cast<double>(clear_hits - clear_false_alarms - switches),
                 static_cast<double>(clear_hits + clear_misses));
}

double MotScores::motp() const {
    return ratio(clear_overlap_sum, static_cast<double>(clear_hits));
}

double MotScores::idf1() const {
    const auto boxes = static_cast<double>(2 * id_hits + id_misses + id_false_alarms);
    return ratio(2 * static_cast<double>(id_hits), boxes);
}

MotScores& MotScores::operator+=(const MotScores& other) {
    for (std::size_t level = 0; level < hota_levels; ++level) {
        hits[level] += other.hits[level];
        misses[level] += other.misses[level];
        false_alarms[level] += other.false_alarms[level];
        overlap_sum[level] += other.overlap_sum[level];
        association_sum[level] += other.association_sum[level];
    }
    clear_hits += other.clear_hits;
    clear_misses += other.clear_misses;
    clear_false_alarms += other.clear_false_alarms;
    switches += other.switches;
    fragments += other.fragments;
    clear_overlap_sum += other.clear_overlap_sum;
    objects += other.objects;
    mostly_tracked += other.mostly_tracked;
    mostly_lost += other.mostly_lost;
    id_hits += other.id_hits;
    id_misses += other.id_misses;
    id_false_alarms += other.id_false_alarms;
    return *this;
}

MotScores score_tracks(const std::vector<MotRow>& truth, const std::vector<MotRow>& tracks, ClearRule rule) {
    const MotSequenceFrames sequence = to_frames(truth, tracks);
    MotScores scores;
    add_hota(sequence, scores);
    add_clear(sequence, rule, scores);
    add_identity(sequence, scores);
    return scores;
}

}  // namespace yolo::metrics
