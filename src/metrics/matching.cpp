// SPDX-License-Identifier: Apache-2.0
#include "metrics/matching.hpp"

#include <algorithm>
#include <numeric>

namespace yolo::metrics {

namespace {

/// Indices by descending score, equal ones in their order.
std::vector<std::size_t> descending(std::span<const float> scores) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    return order;
}

struct Candidate {
    float overlap = 0;
    std::size_t object = 0;
};

/// The objects of the prediction's class that reach the lowest threshold, best first.
void find_candidates(const OverlapMatrix& overlaps, std::size_t prediction, int class_id,
                     std::span<const int> object_classes, std::vector<Candidate>& candidates) {
    candidates.clear();
    for (std::size_t i = 0; i < overlaps.objects; ++i) {
        const float overlap = overlaps.at(i, prediction);
        if (object_classes[i] == class_id && overlap >= overlap_thresholds()[0]) {
            candidates.push_back({overlap, i});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.overlap > b.overlap; });
}

}  // namespace

const std::array<float, threshold_count>& overlap_thresholds() {
    static const std::array<float, threshold_count> thresholds = {.50f, .55f, .60f, .65f, .70f,
                                                                  .75f, .80f, .85f, .90f, .95f};
    return thresholds;
}

std::vector<Hits> match_predictions(const OverlapMatrix& overlaps, std::span<const int> object_classes,
                                    std::span<const int> predicted_classes, std::span<const float> scores) {
    std::vector<Hits> hits(scores.size(), 0);
    if (overlaps.objects == 0) return hits;
    std::vector<Hits> taken(overlaps.objects, 0);  // bit t: taken at threshold t
    std::vector<Candidate> candidates;
    for (const std::size_t prediction : descending(scores)) {
        find_candidates(overlaps, prediction, predicted_classes[prediction], object_classes, candidates);
        for (int t = 0; t < threshold_count && !candidates.empty(); ++t) {
            const float threshold = overlap_thresholds()[static_cast<std::size_t>(t)];
            for (const Candidate& candidate : candidates) {
                if (candidate.overlap < threshold) break;
                if (is_hit(taken[candidate.object], t)) continue;
                const auto bit = static_cast<Hits>(1 << t);
                taken[candidate.object] |= bit;
                hits[prediction] |= bit;
                break;
            }
        }
    }
    return hits;
}

}  // namespace yolo::metrics
