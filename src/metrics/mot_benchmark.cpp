// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_benchmark.hpp"

#include <algorithm>
#include <map>

#include "core/assignment.hpp"
#include "metrics/mot_frames.hpp"

namespace yolo::metrics {

namespace {

constexpr int pedestrian = 1, most_class = 13;

/// Tracks of a frame that belong to a distractor.
std::vector<const MotRow*> on_distractors(const std::vector<const MotRow*>& objects,
                                          const std::vector<const MotRow*>& tracks,
                                          const std::set<int>& distractors) {
    constexpr double least_overlap = 0.5 - 2.220446049250313e-16;
    SparseCosts costs(tracks.size());
    for (const MotRow* object : objects) {
        for (std::size_t track = 0; track < tracks.size(); ++track) {
            const double overlap = overlap_of(*object, *tracks[track]);
            if (overlap >= least_overlap) costs.add(static_cast<int>(track), -overlap);
        }
        costs.end_row();
    }
    const std::vector<int> track_of = assign(costs, 0);
    std::vector<const MotRow*> found;
    for (std::size_t object = 0; object < objects.size(); ++object) {
        if (track_of[object] >= 0 && distractors.contains(objects[object]->class_id))
            found.push_back(tracks[static_cast<std::size_t>(track_of[object])]);
    }
    return found;
}

std::map<int, std::vector<const MotRow*>> by_frame(const std::vector<MotRow>& rows) {
    std::map<int, std::vector<const MotRow*>> frames;
    for (const MotRow& row : rows) frames[row.frame].push_back(&row);
    return frames;
}

}  // namespace

std::set<int> distractors_of(std::string_view sequence) {
    // A person on a vehicle, one that stands still, a thing like a person, a reflection.
    std::set<int> classes = {2, 7, 8, 12};
    if (sequence.starts_with("MOT20-")) classes.insert(6);  // a vehicle that is not a motorised one
    const bool known =
        sequence.starts_with("MOT16-") || sequence.starts_with("MOT17-") || sequence.starts_with("MOT20-");
    return known ? classes : std::set<int>();
}

bool has_benchmark_classes(const std::vector<MotRow>& truth) {
    return std::ranges::all_of(
        truth, [](const MotRow& row) { return row.class_id >= pedestrian && row.class_id <= most_class; });
}

MotRows judged_by_benchmark(const std::vector<MotRow>& truth, const std::vector<MotRow>& tracks,
                            const std::set<int>& distractors) {
    std::set<const MotRow*> passed_over;
    const auto objects = by_frame(truth);
    for (const auto& [frame, rows] : by_frame(tracks)) {
        const auto seen = objects.find(frame);
        if (seen == objects.end()) continue;
        for (const MotRow* row : on_distractors(seen->second, rows, distractors)) passed_over.insert(row);
    }
    MotRows judged;
    for (const MotRow& row : truth) {
        if (row.class_id == pedestrian && row.confidence != 0) judged.truth.push_back(row);
    }
    for (const MotRow& row : tracks) {
        if (!passed_over.contains(&row)) judged.tracks.push_back(row);
    }
    return judged;
}

}  // namespace yolo::metrics
