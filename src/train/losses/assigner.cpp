// SPDX-License-Identifier: Apache-2.0
#include "train/losses/assigner.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "image/box_forms.hpp"
#include "train/losses/overlap_formulas.hpp"

namespace yolo::train {

namespace {

/// Is an anchor inside of one object?
class InsideTest {
  public:
    InsideTest(const TargetObject& object, const AssignerOptions& options) : rotated_(options.rotated) {
        const auto widened = [&](float side) { return std::max(side, options.shortest_side); };
        if (rotated_) {
            const auto [x, y, w, h, angle] = object.box;
            const auto corners = image::rotated_to_corners({x, y, widened(w), widened(h), angle});
            start_ = corners[0];
            ab_ = {corners[1].x - start_.x, corners[1].y - start_.y};
            ad_ = {corners[3].x - start_.x, corners[3].y - start_.y};
            bounds_ = {start_.x, start_.y, start_.x, start_.y};
            for (const Point& corner : corners) {
                bounds_ = {std::min(bounds_[0], corner.x), std::min(bounds_[1], corner.y),
                           std::max(bounds_[2], corner.x), std::max(bounds_[3], corner.y)};
            }
        } else {
            const auto& box = object.box;
            image::Box4 xywh = image::xyxy_to_xywh({box[0], box[1], box[2], box[3]});
            xywh[2] = widened(xywh[2]);
            xywh[3] = widened(xywh[3]);
            bounds_ = image::xywh_to_xyxy(xywh);
        }
    }

    const image::Box4& bounds() const { return bounds_; }
    bool operator()(float x, float y) const {
        if (rotated_) {
            const float px = x - start_.x, py = y - start_.y;
            const float along = px * ab_.x + py * ab_.y, across = px * ad_.x + py * ad_.y;
            return along >= 0 && along <= ab_.x * ab_.x + ab_.y * ab_.y && across >= 0 &&
                   across <= ad_.x * ad_.x + ad_.y * ad_.y;
        }
        constexpr float eps = 1e-9f;
        return x - bounds_[0] > eps && y - bounds_[1] > eps && bounds_[2] - x > eps && bounds_[3] - y > eps;
    }

  private:
    bool rotated_;
    Point start_, ab_, ad_;
    image::Box4 bounds_ = {};
};

/// Cells [first, last) whose centres can lie between two coordinates; one more on each side, for rounding.
std::pair<int, int> cells_between(float low, float high, int stride, int cells) {
    const auto cell = [&](float coordinate, float margin) {
        const float at = coordinate / static_cast<float>(stride) - 0.5f + margin;
        return static_cast<int>(std::clamp(at, 0.0f, static_cast<float>(cells)));
    };
    return {cell(low, -1), cell(high, 2)};
}

float overlap_of(const TargetObject& object, const std::array<float, 5>& box, bool rotated) {
    const float overlap = rotated ? prob_iou<float>(object.box, box, 0)
                                  : ciou<float>({object.box[0], object.box[1], object.box[2], object.box[3]},
                                                {box[0], box[1], box[2], box[3]});
    return overlap > 0 ? overlap : 0;
}

/// One object's candidates with what they are worth to it.
struct Claims {
    std::vector<float> overlaps, metrics;     ///< by candidate
    float best_overlap = 0, best_metric = 0;  ///< of the anchors that it got in the end
};

Claims measure(const std::vector<int>& candidates, const TargetObject& object,
               const PredictionView& predictions, const AssignerOptions& options) {
    Claims claims;
    for (const int anchor : candidates) {
        const float overlap =
            overlap_of(object, predictions.boxes[static_cast<std::size_t>(anchor)], options.rotated);
        const float probability = predictions.probability(anchor, object.class_id);
        const float aligned =
            (options.alpha == 0.5f ? std::sqrt(probability) : std::pow(probability, options.alpha)) *
            std::pow(overlap, options.beta);
        claims.overlaps.push_back(overlap);
        claims.metrics.push_back(aligned > 0 ? aligned : 0);
    }
    return claims;
}

/// Candidates (their places in the list) among the k anchors of highest metric. All anchors of the picture
/// take part, with metric 0 where they are no candidates: with fewer than k metrics above 0, which zeros come
/// in is decided as by LibTorch's topk, whose two algorithms are these.
std::vector<std::size_t> pick(const std::vector<int>& candidates, const std::vector<float>& metrics,
                              int anchors, int topk) {
    using Entry = std::pair<float, int>;  // metric, anchor
    const auto higher = [](const Entry& a, const Entry& b) { return a.first > b.first; };
    const int k = std::min(topk, anchors);
    const bool few = k * 64 <= anchors;
    std::vector<Entry> entries;
    // A heap of the first k takes in only what is higher than its lowest: later zeros can be left out.
    for (int anchor = 0; anchor < (few ? k : anchors); ++anchor) entries.emplace_back(0.0f, anchor);
    const auto present = static_cast<int>(entries.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i] < present) {
            entries[static_cast<std::size_t>(candidates[i])].first = metrics[i];
        } else if (metrics[i] > 0) {
            entries.emplace_back(metrics[i], candidates[i]);
        }
    }
    if (few) {
        std::partial_sort(entries.begin(), entries.begin() + k, entries.end(), higher);
    } else {
        std::nth_element(entries.begin(), entries.begin() + std::max(k - 1, 0), entries.end(), higher);
    }
    std::vector<std::size_t> picked;
    for (int i = 0; i < k; ++i) {
        const int anchor = entries[static_cast<std::size_t>(i)].second;
        const auto found = std::lower_bound(candidates.begin(), candidates.end(), anchor);
        if (found != candidates.end() && *found == anchor) {
            picked.push_back(static_cast<std::size_t>(found - candidates.begin()));
        }
    }
    return picked;
}

/// The place of an anchor in an ascending list, or -1.
std::ptrdiff_t place_of(const std::vector<int>& candidates, int anchor) {
    const auto found = std::lower_bound(candidates.begin(), candidates.end(), anchor);
    return found != candidates.end() && *found == anchor ? found - candidates.begin() : -1;
}

/// An anchor that several objects want goes to the one that it overlaps most, the first of equals, whether
/// that one wanted it or not.
int winner(int anchor, std::span<const std::vector<int>> candidates, std::span<const Claims> claims) {
    std::size_t best = 0;
    float highest = -1;
    for (std::size_t g = 0; g < candidates.size(); ++g) {
        const std::ptrdiff_t place = place_of(candidates[g], anchor);
        const float overlap = place < 0 ? 0 : claims[g].overlaps[static_cast<std::size_t>(place)];
        if (overlap > highest) {
            highest = overlap;
            best = g;
        }
    }
    return static_cast<int>(best);
}

}  // namespace

std::vector<std::vector<int>> find_candidates(std::span<const AnchorGrid> grids,
                                              std::span<const TargetObject> objects,
                                              const AssignerOptions& options) {
    std::vector<std::vector<int>> candidates(objects.size());
    for (std::size_t g = 0; g < objects.size(); ++g) {
        const InsideTest inside(objects[g], options);
        const image::Box4& bounds = inside.bounds();
        int first_anchor = 0;
        for (const AnchorGrid& grid : grids) {
            const auto stride = static_cast<float>(grid.stride);
            const auto [top, bottom] = cells_between(bounds[1], bounds[3], grid.stride, grid.height);
            const auto [left, right] = cells_between(bounds[0], bounds[2], grid.stride, grid.width);
            for (int y = top; y < bottom; ++y) {
                for (int x = left; x < right; ++x) {
                    if (inside((static_cast<float>(x) + 0.5f) * stride,
                               (static_cast<float>(y) + 0.5f) * stride)) {
                        candidates[g].push_back(first_anchor + y * grid.width + x);
                    }
                }
            }
            first_anchor += grid.height * grid.width;
        }
    }
    return candidates;
}

std::vector<Assignment> assign(std::span<const std::vector<int>> candidates,
                               std::span<const TargetObject> objects, const PredictionView& predictions,
                               const AssignerOptions& options) {
    const auto anchors = static_cast<int>(predictions.boxes.size());
    std::vector<Claims> claims;
    std::vector<Assignment> wanted;
    for (std::size_t g = 0; g < objects.size(); ++g) {
        claims.push_back(measure(candidates[g], objects[g], predictions, options));
        for (const std::size_t place : pick(candidates[g], claims[g].metrics, anchors, options.topk)) {
            wanted.push_back({candidates[g][place], static_cast<int>(g), 0});
        }
    }
    std::sort(wanted.begin(), wanted.end(), [](const Assignment& a, const Assignment& b) {
        return std::pair(a.anchor, a.object) < std::pair(b.anchor, b.object);
    });

    std::vector<Assignment> assigned;
    for (std::size_t i = 0; i < wanted.size();) {
        std::size_t end = i + 1;
        while (end < wanted.size() && wanted[end].anchor == wanted[i].anchor) ++end;
        Assignment given = wanted[i];
        if (end - i > 1) given.object = winner(given.anchor, candidates, claims);
        Claims& of_object = claims[static_cast<std::size_t>(given.object)];
        const std::ptrdiff_t place =
            place_of(candidates[static_cast<std::size_t>(given.object)], given.anchor);
        if (place >= 0) {
            given.score = of_object.metrics[static_cast<std::size_t>(place)];
            of_object.best_metric = std::max(of_object.best_metric, given.score);
            of_object.best_overlap =
                std::max(of_object.best_overlap, of_object.overlaps[static_cast<std::size_t>(place)]);
        }
        assigned.push_back(given);
        i = end;
    }
    for (Assignment& given : assigned) {
        const Claims& of_object = claims[static_cast<std::size_t>(given.object)];
        given.score = given.score * of_object.best_overlap / (of_object.best_metric + 1e-9f);
    }
    return assigned;
}

}  // namespace yolo::train
