// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "core/files.hpp"
#include "modes/validation/files.hpp"
#include "modes/validation/grid_pictures.hpp"

namespace yolo::modes {

namespace {

constexpr int most_cells = 16;             // of a grid
constexpr float shown_confidence = 0.25f;  // detections below it would hide the picture

/// Keeps the first pictures of the first batches until the end, when they are drawn.
class BatchPictures : public ValFile {
  public:
    BatchPictures(std::filesystem::path folder, const data::Dataset& dataset, const ModelInfo& info,
                  int batches)
        : folder_(std::move(folder)), dataset_(dataset), info_(info), batches_(batches) {}

    void add(const SeenPicture& seen, const Result&) override {
        if (seen.batch.number >= batches_ || seen.index >= most_cells) return;
        std::vector<std::size_t> sure;
        for (std::size_t i = 0; i < seen.found.scores.size(); ++i) {
            if (seen.found.scores[i] > shown_confidence) sure.push_back(i);
        }
        const std::size_t labels = info_.task == Task::classify ? 0 : seen.labels.size();
        Cell cell{label_picture(seen, info_, dataset_, all_of(labels), Confidence::hidden),
                  found_picture(seen, info_, dataset_, sure)};
        const std::lock_guard lock(mutex_);
        grids_[seen.batch.number][seen.index] = std::move(cell);
    }

    void finish() override {
        make_directories(folder_);
        for (const auto& [number, cells] : grids_) {
            std::vector<plots::GridPicture> labels, found;
            for (const auto& [index, cell] : cells) {
                labels.push_back(cell.labels);
                found.push_back(cell.found);
            }
            plots::draw_picture_grid(labels, folder_ / fmt::format("val_batch{}_labels.jpg", number));
            plots::draw_picture_grid(found, folder_ / fmt::format("val_batch{}_pred.jpg", number));
        }
    }

  private:
    struct Cell {
        plots::GridPicture labels, found;
    };
    const std::filesystem::path folder_;
    const data::Dataset& dataset_;
    const ModelInfo info_;
    const int batches_;
    std::mutex mutex_;
    std::map<int, std::map<int, Cell>> grids_;  ///< by batch, by picture
};

}  // namespace

std::unique_ptr<ValFile> val_batch_pictures(const std::filesystem::path& folder, const data::Dataset& dataset,
                                            const ModelInfo& info, int batches) {
    return std::make_unique<BatchPictures>(folder, dataset, info, batches);
}

}  // namespace yolo::modes
