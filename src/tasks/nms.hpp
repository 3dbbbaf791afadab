// SPDX-License-Identifier: Apache-2.0
/// \file Non-maximum suppression: of detections of one class that overlap, only the best stays.
#pragma once

#include <span>
#include <vector>

#include "image/box_forms.hpp"
#include "tasks/nms_candidates.hpp"

namespace yolo::tasks {

struct NmsOptions {
    float conf = 0.25f;             ///< probabilities must be above it
    double iou = 0.45;              ///< an overlap above it suppresses
    int max_det = 300;              ///< detections at most
    int max_candidates = 30000;     ///< only the best so many are looked at
    bool multi_label = false;       ///< a box may be of several classes
    bool agnostic = false;          ///< boxes suppress boxes of other classes too
    bool rotated = false;           ///< the first extra channel is the angle; overlap is probIoU
    std::vector<int> classes = {};  ///< only these; empty = all
};

struct Detection {
    image::Box4 box = {};  ///< corners, or, when rotated, centre and sides; input pixels
    float score = 0;
    int class_id = 0;
    int anchor = 0;  ///< where the extra channels stand
};

/// Best first; equal scores by anchor, then by class.
///
/// Upright boxes: greedy; a box goes when its IoU with one that stays is above options.iou. Rotated boxes: a
/// box goes when its probIoU with any better one is above options.iou, whether that one stays or not. Classes
/// are kept apart as the reference does it, by adding 7680 pixels per class to the coordinates in float32;
/// the rounding of those sums decides close cases, so it is part of the rule.
std::vector<Detection> nms(const RawOutput& raw, const NmsOptions& options);

/// The same for candidates that were found with options.conf, .multi_label and .classes before.
std::vector<Detection> suppress(const RawOutput& raw, std::vector<Candidate> candidates,
                                const NmsOptions& options);

/// Rows (row_count, 6 + extra) x1, y1, x2, y2, score, class of a network that suppresses by itself: only the
/// limits on score, class and count apply. `anchor` is the row.
std::vector<Detection> filter_final_rows(std::span<const float> rows, int row_count, int row_size,
                                         const NmsOptions& options);

}  // namespace yolo::tasks
