// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_frames.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <yolo/error.hpp>

namespace yolo::metrics {

namespace {

void check_numbered(const MotRow& row) {
    if (row.id < 0) {
        throw Error(fmt::format(
            "frame {} has a box without a number (id {}): detections are not tracks, and cannot be judged",
            row.frame, row.id));
    }
}

class Numbers {
  public:
    std::size_t of(int id) { return numbers_.emplace(id, numbers_.size()).first->second; }
    std::size_t count() const { return numbers_.size(); }

  private:
    std::map<int, std::size_t> numbers_;
};

}  // namespace

double overlap_of(const MotRow& a, const MotRow& b) {
    const double width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
    const double height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
    if (!(width > 0) || !(height > 0)) return 0;
    // Far from the origin a side from corners is rounded, and could be longer than its box.
    const double inside = std::min({width, a.width, b.width}) * std::min({height, a.height, b.height});
    const double both = a.width * a.height + b.width * b.height - inside;
    return inside > 0 ? inside / both : 0;
}

MotSequenceFrames to_frames(const std::vector<MotRow>& truth, const std::vector<MotRow>& tracks) {
    struct Rows {
        std::vector<const MotRow*> objects, tracks;
    };
    std::map<int, Rows> by_frame;
    for (const MotRow& row : truth) {
        check_numbered(row);
        if (row.confidence != 0) by_frame[row.frame].objects.push_back(&row);
    }
    for (const MotRow& row : tracks) {
        check_numbered(row);
        by_frame[row.frame].tracks.push_back(&row);
    }
    MotSequenceFrames sequence;
    Numbers objects, followed;
    for (const auto& [number, rows] : by_frame) {
        MotFrame frame;
        for (const MotRow* row : rows.objects) frame.objects.push_back(objects.of(row->id));
        for (const MotRow* row : rows.tracks) frame.tracks.push_back(followed.of(row->id));
        for (std::size_t o = 0; o < rows.objects.size(); ++o) {
            for (std::size_t t = 0; t < rows.tracks.size(); ++t) {
                const double overlap = overlap_of(*rows.objects[o], *rows.tracks[t]);
                if (overlap > 0) frame.pairs.push_back({o, t, overlap});
            }
        }
        sequence.frames.push_back(std::move(frame));
    }
    sequence.objects = objects.count();
    sequence.tracks = followed.count();
    return sequence;
}

}  // namespace yolo::metrics
