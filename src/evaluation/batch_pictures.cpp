// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "evaluation/files.hpp"
#include "evaluation/grid_pictures.hpp"

namespace yolo::evaluation {

namespace {

constexpr float shown_confidence = 0.25f;  // detections below it would hide the picture

/// Draws the first pictures of the first batches; the files are written at the end.
class BatchPictures : public ValFile {
  public:
    BatchPictures(RunFiles& files, const data::Dataset& dataset, const ModelInfo& info,
                  const PlotOptions& plot, int batches)
        : files_(files), dataset_(dataset), info_(info), plot_(plot), batches_(batches) {}

    void add(const SeenPicture& seen, const Result&) override {
        if (seen.batch.number >= batches_) return;
        Grids& grids = grids_of(seen.batch);
        if (seen.index >= grids.labels.places()) return;
        std::vector<std::size_t> sure;
        for (std::size_t i = 0; i < seen.found.scores.size(); ++i) {
            if (seen.found.scores[i] > shown_confidence) sure.push_back(i);
        }
        const std::size_t labels = info_.task == Task::classify ? 0 : seen.labels.size();
        grids.labels.draw(seen.index,
                          label_picture(seen, info_, dataset_, all_of(labels), Confidence::hidden, plot_));
        grids.found.draw(seen.index, found_picture(seen, info_, dataset_, sure, plot_));
    }

    void finish() override {
        for (const auto& [number, grids] : grids_) {
            grids.labels.write(files_.claim_beside(fmt::format("val_batch{}_labels.jpg", number)));
            grids.found.write(files_.claim_beside(fmt::format("val_batch{}_pred.jpg", number)));
        }
    }

  private:
    struct Grids {
        plots::PictureGrid labels, found;
    };
    Grids& grids_of(const data::Batch& batch) {
        const std::lock_guard lock(mutex_);
        const auto known = grids_.find(batch.number);
        if (known != grids_.end()) return known->second;
        const auto empty = [&] {
            return plots::PictureGrid(batch.size(), {batch.width(), batch.height()}, plot_);
        };
        return grids_.emplace(batch.number, Grids{empty(), empty()}).first->second;
    }

    RunFiles& files_;
    const data::Dataset& dataset_;
    const ModelInfo info_;
    const PlotOptions plot_;
    const int batches_;
    std::mutex mutex_;
    std::map<int, Grids> grids_;  ///< by batch
};

}  // namespace

std::unique_ptr<ValFile> val_batch_pictures(RunFiles& files, const data::Dataset& dataset,
                                            const ModelInfo& info, const PlotOptions& plot, int batches) {
    return std::make_unique<BatchPictures>(files, dataset, info, plot, batches);
}

}  // namespace yolo::evaluation
