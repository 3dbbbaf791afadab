// SPDX-License-Identifier: Apache-2.0
/// \file How good tracks are: HOTA (Luiten et al., arXiv:2009.07736), CLEAR MOT (Bernardin and Stiefelhagen
/// 2008), IDF1 (Ristani et al., arXiv:1609.01775).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "metrics/mot_file.hpp"

namespace yolo::metrics {

/// Overlaps at which HOTA is taken: 0.05, 0.10 ... 0.95.
inline constexpr std::size_t hota_levels = 19;
using HotaCurve = std::array<double, hota_levels>;

/// Counts that add up over sequences, and the figures that follow from them, 0..1 (MOTA may be negative).
class MotScores {
  public:
    // HOTA, level by level.
    HotaCurve hits{}, misses{}, false_alarms{};
    HotaCurve overlap_sum{};      ///< of the hits
    HotaCurve association_sum{};  ///< of the hits: TPA / (TPA + FNA + FPA) (equation 11)
    // CLEAR, at IoU 0.5.
    std::int64_t clear_hits = 0, clear_misses = 0, clear_false_alarms = 0, switches = 0, fragments = 0;
    double clear_overlap_sum = 0;
    std::int64_t objects = 0, mostly_tracked = 0, mostly_lost = 0;
    // Identity, at IoU 0.5.
    std::int64_t id_hits = 0, id_misses = 0, id_false_alarms = 0;

    double hota() const;
    double det_a() const;
    double ass_a() const;
    double loc_a() const;
    double mota() const;
    double motp() const;  ///< mean overlap of the hits
    double idf1() const;

    MotScores& operator+=(const MotScores& other);
};

/// How long CLEAR remembers which track an object had, and gives it that one again where it fits.
enum class ClearRule {
    mappings_last,   ///< for good, as in the paper (section 2.1, M_t) and in py-motmetrics
    previous_frame,  ///< until the next frame, as in TrackEval: after a gap the best track is taken
};

/// Of one sequence, whose rows have an id once in a frame. Rows of ground truth with confidence 0 do not
/// count. Throws Error for rows without an id (-1).
MotScores score_tracks(const std::vector<MotRow>& truth, const std::vector<MotRow>& tracks,
                       ClearRule rule = ClearRule::mappings_last);

}  // namespace yolo::metrics
