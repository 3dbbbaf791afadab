// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include "evaluation/files.hpp"
#include "evaluation/grid_pictures.hpp"
#include "evaluation/picture_names.hpp"
#include "image/codec.hpp"
#include "metrics/overlap_matrix.hpp"

namespace yolo::evaluation {

namespace {

constexpr char own_folder[] = "visualizations";
constexpr float least_overlap = 0.45f;  // as in the confusion matrix

/// Detections that are right and wrong, and labels that were missed: indices.
struct Outcome {
    std::vector<std::size_t> hits, false_hits, missed;
};

metrics::OverlapMatrix overlaps_of(const SeenPicture& seen) {
    if (!seen.labels.rotated.empty() || !seen.found.rotated.empty())
        return metrics::rotated_overlaps(seen.labels.rotated, seen.found.rotated);
    return metrics::box_overlaps(seen.labels.boxes, seen.found.boxes);
}

/// The remaining label that detection `j` overlaps most, or the number of labels.
std::size_t best_label(const metrics::OverlapMatrix& overlaps, std::size_t j,
                       const std::vector<bool>& taken) {
    std::size_t best = overlaps.objects;
    float most = least_overlap;
    for (std::size_t i = 0; i < overlaps.objects; ++i) {
        if (taken[i] || overlaps.at(i, j) <= most) continue;
        most = overlaps.at(i, j);
        best = i;
    }
    return best;
}

Outcome outcome_of(const SeenPicture& seen, double conf) {
    const metrics::OverlapMatrix overlaps = overlaps_of(seen);
    std::vector<bool> taken(seen.labels.size(), false), right(seen.labels.size(), false);
    Outcome outcome;
    for (std::size_t j = 0; j < seen.found.size(); ++j) {
        if (seen.found.scores[j] <= conf) continue;
        const std::size_t label = best_label(overlaps, j, taken);
        const bool matched = label < seen.labels.size();
        if (matched) taken[label] = true;
        if (matched && seen.labels.classes[label] == seen.found.classes[j]) {
            right[label] = true;
            outcome.hits.push_back(j);
        } else {
            outcome.false_hits.push_back(j);
        }
    }
    for (std::size_t i = 0; i < right.size(); ++i) {
        if (!right[i]) outcome.missed.push_back(i);
    }
    return outcome;
}

class Visualizations : public ValFile {
  public:
    Visualizations(RunFiles& files, const data::Dataset& dataset, const ModelInfo& info,
                   const PlotOptions& plot, double conf)
        : files_(files), dataset_(dataset), names_(dataset), info_(info), plot_(plot), conf_(conf) {
        files.refuse_foreign_folder(own_folder);
    }

    void add(const SeenPicture& seen, const Result&) override {
        const Outcome outcome = outcome_of(seen, conf_);
        plots::PictureGrid grid(4, {seen.batch.width(), seen.batch.height()}, plot_);
        const auto labels = [&](const std::vector<std::size_t>& chosen) {
            return label_picture(seen, info_, dataset_, chosen, Confidence::certain, plot_);
        };
        const auto found = [&](const std::vector<std::size_t>& chosen) {
            return found_picture(seen, info_, dataset_, chosen, plot_);
        };
        grid.draw(0, labels(all_of(seen.labels.size())));
        grid.draw(1, found(outcome.false_hits));
        grid.draw(2, found(outcome.hits));
        grid.draw(3, labels(outcome.missed));
        const std::size_t index = seen.batch.pictures.at(static_cast<std::size_t>(seen.index)).index;
        std::filesystem::path file = std::filesystem::path(own_folder) / names_.of(index);
        if (!image::can_write_image(file)) file += ".jpg";
        grid.write(files_.claim(file));
    }

    std::string summary() const override {
        return fmt::format("Labels, false, right and missed objects drawn in {}",
                           (files_.folder() / own_folder).string());
    }

  private:
    RunFiles& files_;
    const data::Dataset& dataset_;
    const PictureNames names_;
    const ModelInfo info_;
    const PlotOptions plot_;
    const double conf_;
};

}  // namespace

std::unique_ptr<ValFile> val_visualizations(RunFiles& files, const data::Dataset& dataset,
                                            const ModelInfo& info, const PlotOptions& plot, double conf) {
    return std::make_unique<Visualizations>(files, dataset, info, plot, conf);
}

}  // namespace yolo::evaluation
