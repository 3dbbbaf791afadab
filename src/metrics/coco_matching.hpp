// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/coco_overlap.hpp"

namespace yolo::metrics {

constexpr int coco_thresholds = 10;
/// .50, .55, ... .95
double coco_threshold(int index);

/// Areas in pixels, both ends included.
enum CocoArea { all_areas, small_areas, medium_areas, large_areas, area_count };
bool is_within(CocoArea range, double area);

/// What became of a detection; bit t of a number stands for threshold t.
struct CocoVerdict {
    double score = 0;
    std::uint16_t rank = 0;  ///< among the detections of its picture and class, 0 = best
    std::array<std::uint16_t, area_count> matched = {}, ignored = {};
};

/// One picture's objects and detections of one class.
struct CocoGroup {
    std::span<const std::uint32_t> objects;     ///< indices into CocoTruth::objects
    std::span<const std::uint32_t> detections;  ///< indices into CocoDetections::items, best first
};

/// Matches one group at a time and appends a verdict for each detection.
class CocoMatcher {
  public:
    CocoMatcher(const CocoTruth& truth, const CocoDetections& detections, const CocoOverlap& overlap)
        : truth_(truth), detections_(detections), overlap_(overlap) {}

    void match(const CocoGroup& group, std::vector<CocoVerdict>& verdicts);

  private:
    struct Candidate {
        double overlap;
        std::size_t object;  ///< place in the group
    };
    void find_candidates(const CocoGroup& group);
    void match_range(const CocoGroup& group, CocoArea range, std::span<CocoVerdict> verdicts);
    const Candidate* best_candidate(std::size_t detection, int threshold, bool among_ignored) const;

    const CocoTruth& truth_;
    const CocoDetections& detections_;
    const CocoOverlap& overlap_;
    std::vector<Candidate> candidates_;          ///< of all detections of the group, one after the other
    std::vector<std::size_t> begins_;            ///< of each detection's candidates, and the end of the last
    std::vector<std::uint8_t> ignored_, crowd_;  ///< of each object of the group
    std::vector<std::uint16_t> taken_;           ///< bit t: at threshold t
};

}  // namespace yolo::metrics
