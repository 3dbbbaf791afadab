// SPDX-License-Identifier: Apache-2.0
#include "tasks/nms_candidates.hpp"

#include <algorithm>
#include <tuple>

namespace yolo::tasks {

namespace {

constexpr int score_block = 64;  // a multiple of every vector width

/// Calls hit(anchor, probability) for each probability above conf. Blocks without one, nearly all of them,
/// cost one vector comparison per register: a comparison loop without branches is what compilers vectorise.
template <class Hit>
void for_each_above(const float* probabilities, int anchors, float conf, Hit hit) {
    int first = 0;
    for (; first + score_block <= anchors; first += score_block) {
        unsigned any = 0;
        for (int i = first; i < first + score_block; ++i)
            any |= static_cast<unsigned>(probabilities[i] > conf);
        if (any == 0) continue;
        for (int i = first; i < first + score_block; ++i) {
            if (probabilities[i] > conf) hit(i, probabilities[i]);
        }
    }
    for (int i = first; i < anchors; ++i) {
        if (probabilities[i] > conf) hit(i, probabilities[i]);
    }
}

bool is_wanted(int class_id, std::span<const int> classes) {
    return classes.empty() || std::find(classes.begin(), classes.end(), class_id) != classes.end();
}

std::vector<Candidate> every_class(const RawOutput& raw, float conf, std::span<const int> classes) {
    std::vector<Candidate> candidates;
    for (int c = 0; c < raw.class_count; ++c) {
        if (!is_wanted(c, classes)) continue;
        for_each_above(raw.channel(4 + c), raw.anchors, conf, [&](int anchor, float score) {
            candidates.push_back({score, anchor, c});
        });
    }
    return candidates;
}

std::vector<Candidate> best_class(const RawOutput& raw, float conf, std::span<const int> classes) {
    std::vector<Candidate> candidates;
    std::vector<int> place(static_cast<std::size_t>(raw.anchors), -1);  // of an anchor in candidates
    for (int c = 0; c < raw.class_count; ++c) {
        for_each_above(raw.channel(4 + c), raw.anchors, conf, [&](int anchor, float score) {
            int& found = place[static_cast<std::size_t>(anchor)];
            if (found < 0) {
                found = static_cast<int>(candidates.size());
                candidates.push_back({score, anchor, c});
            } else if (Candidate& known = candidates[static_cast<std::size_t>(found)]; score > known.score) {
                known = {score, anchor, c};
            }
        });
    }
    if (!classes.empty())
        std::erase_if(candidates, [&](const Candidate& c) { return !is_wanted(c.class_id, classes); });
    return candidates;
}

}  // namespace

bool better(const Candidate& a, const Candidate& b) {
    return std::tie(b.score, a.anchor, a.class_id) < std::tie(a.score, b.anchor, b.class_id);
}

std::vector<Candidate> find_candidates(const RawOutput& raw, float conf, bool multi_label,
                                       std::span<const int> classes) {
    return multi_label && raw.class_count > 1 ? every_class(raw, conf, classes)
                                              : best_class(raw, conf, classes);
}

BestFirst::BestFirst(std::vector<Candidate> candidates, std::size_t limit)
    : candidates_(std::move(candidates)), limit_(std::min(limit, candidates_.size())) {}

const Candidate* BestFirst::next() {
    if (given_ == limit_) return nullptr;
    if (given_ == sorted_) {
        const auto begin = candidates_.begin() + static_cast<std::ptrdiff_t>(sorted_);
        sorted_ = std::min(sorted_ + chunk_, limit_);
        const auto end = candidates_.begin() + static_cast<std::ptrdiff_t>(sorted_);
        if (end != candidates_.end()) std::nth_element(begin, end, candidates_.end(), better);
        std::sort(begin, end, better);
        chunk_ *= 2;  // so that all the partial sorts together cost little more than one whole sort
    }
    return &candidates_[given_++];
}

}  // namespace yolo::tasks
