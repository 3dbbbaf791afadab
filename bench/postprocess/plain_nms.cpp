// SPDX-License-Identifier: Apache-2.0
#include "plain_nms.hpp"

#include <algorithm>

#include "image/overlap.hpp"

namespace yolo::bench {

namespace {

std::vector<tasks::Detection> all_candidates(const tasks::RawOutput& raw, const tasks::NmsOptions& options) {
    std::vector<tasks::Detection> candidates;
    for (int i = 0; i < raw.anchors; ++i) {
        const image::Box4 xywh{raw.channel(0)[i], raw.channel(1)[i], raw.channel(2)[i], raw.channel(3)[i]};
        int best = 0;
        for (int c = 0; c < raw.class_count; ++c) {
            const float score = raw.channel(4 + c)[i];
            if (options.multi_label && score > options.conf) {
                candidates.push_back({image::xywh_to_xyxy(xywh), score, c, i});
            }
            if (score > raw.channel(4 + best)[i]) best = c;
        }
        const float score = raw.channel(4 + best)[i];
        if (!options.multi_label && score > options.conf) {
            candidates.push_back({image::xywh_to_xyxy(xywh), score, best, i});
        }
    }
    return candidates;
}

}  // namespace

std::vector<tasks::Detection> plain_nms(const tasks::RawOutput& raw, const tasks::NmsOptions& options,
                                        bool stop_at_max_det) {
    std::vector<tasks::Detection> candidates = all_candidates(raw, options);
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    const auto limit = static_cast<std::size_t>(options.max_candidates);
    if (candidates.size() > limit) candidates.resize(limit);
    const auto moved = [](const tasks::Detection& d) {
        image::Box4 box = d.box;
        for (float& edge : box) edge += static_cast<float>(d.class_id) * 7680;
        return box;
    };
    const auto max_det = static_cast<std::size_t>(options.max_det);
    std::vector<tasks::Detection> kept;
    for (const tasks::Detection& candidate : candidates) {
        const auto suppresses = [&](const tasks::Detection& other) {
            return static_cast<double>(image::box_iou(moved(other), moved(candidate), 0)) > options.iou;
        };
        if (std::none_of(kept.begin(), kept.end(), suppresses)) kept.push_back(candidate);
        if (stop_at_max_det && kept.size() == max_det) break;
    }
    if (kept.size() > max_det) kept.resize(max_det);
    return kept;
}

}  // namespace yolo::bench
