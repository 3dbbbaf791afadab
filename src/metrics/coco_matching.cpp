// SPDX-License-Identifier: Apache-2.0
#include "metrics/coco_matching.hpp"

#include <algorithm>

namespace yolo::metrics {

namespace {

constexpr double small_end = 32.0 * 32.0, medium_end = 96.0 * 96.0, large_end = 1e10;
constexpr std::array<std::array<double, 2>, area_count> area_ranges = {
    {{0, large_end}, {0, small_end}, {small_end, medium_end}, {medium_end, large_end}}};
constexpr double nearly_one = 1 - 1e-10;

/// What a detection must overlap at least.
double needed_overlap(int threshold) {
    return std::min(coco_threshold(threshold), nearly_one);
}

}  // namespace

double coco_threshold(int index) {
    constexpr double first = 0.5, last = 0.95, step = (last - first) / (coco_thresholds - 1);
    return index == coco_thresholds - 1 ? last : index * step + first;
}

bool is_within(CocoArea range, double area) {
    return area >= area_ranges[range][0] && area <= area_ranges[range][1];
}

void CocoMatcher::match(const CocoGroup& group, std::vector<CocoVerdict>& verdicts) {
    const std::size_t first = verdicts.size();
    for (std::size_t i = 0; i < group.detections.size(); ++i) {
        verdicts.push_back(
            {detections_.items[group.detections[i]].score, static_cast<std::uint16_t>(i), {}, {}});
    }
    find_candidates(group);
    const std::span<CocoVerdict> own = std::span(verdicts).subspan(first);
    for (int range = 0; range < area_count; ++range) match_range(group, static_cast<CocoArea>(range), own);
}

void CocoMatcher::find_candidates(const CocoGroup& group) {
    candidates_.clear();
    begins_.assign(1, 0);
    for (const std::uint32_t detection : group.detections) {
        for (std::size_t i = 0; i < group.objects.size(); ++i) {
            const double overlap = overlap_(group.objects[i], detection);
            if (overlap >= needed_overlap(0)) candidates_.push_back({overlap, i});
        }
        begins_.push_back(candidates_.size());
    }
}

void CocoMatcher::match_range(const CocoGroup& group, CocoArea range, std::span<CocoVerdict> verdicts) {
    ignored_.clear();
    crowd_.clear();
    for (const std::uint32_t index : group.objects) {
        const CocoObject& object = truth_.objects[index];
        ignored_.push_back(object.ignored || !is_within(range, object.area) ? 1 : 0);
        crowd_.push_back(object.crowd ? 1 : 0);
    }
    taken_.assign(group.objects.size(), 0);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const bool fits = is_within(range, detections_.items[group.detections[i]].area);
        for (int t = 0; t < coco_thresholds; ++t) {
            const auto bit = static_cast<std::uint16_t>(1 << t);
            const Candidate* match = best_candidate(i, t, false);
            const bool is_real = match != nullptr;
            if (!is_real) match = best_candidate(i, t, true);
            if (match != nullptr) {
                taken_[match->object] |= bit;
                verdicts[i].matched[range] |= bit;
            }
            if (match != nullptr ? !is_real : !fits) verdicts[i].ignored[range] |= bit;
        }
    }
}

const CocoMatcher::Candidate* CocoMatcher::best_candidate(std::size_t detection, int threshold,
                                                          bool among_ignored) const {
    const Candidate* best = nullptr;
    double most = needed_overlap(threshold);
    for (std::size_t i = begins_[detection]; i < begins_[detection + 1]; ++i) {
        const Candidate& candidate = candidates_[i];
        if ((ignored_[candidate.object] != 0) != among_ignored || candidate.overlap < most) continue;
        if (crowd_[candidate.object] == 0 && (taken_[candidate.object] >> threshold & 1) != 0) continue;
        best = &candidate;
        most = candidate.overlap;
    }
    return best;
}

}  // namespace yolo::metrics
