// SPDX-License-Identifier: Apache-2.0
#include "modes/training/figures.hpp"

#include <fmt/core.h>

#include "evaluation/grid_pictures.hpp"
#include "plots/label_statistics.hpp"
#include "plots/picture_grid.hpp"

namespace yolo::modes {

void draw_labels(const data::Dataset& dataset, const ModelInfo& info, RunFiles& files) {
    std::vector<int> classes;
    std::vector<image::Box4> boxes;
    for (std::size_t i = 0; i < dataset.size() && boxes.size() < plots::most_labels; ++i) {
        const data::Labels labels = dataset.labels(i);
        classes.insert(classes.end(), labels.classes.begin(), labels.classes.end());
        boxes.insert(boxes.end(), labels.boxes.begin(), labels.boxes.end());
    }
    plots::draw_label_statistics(classes, boxes, *info.names, files);
}

void draw_train_batch(const data::Batch& batch, const data::Dataset& dataset, const ModelInfo& info,
                      bool overlapping, const PlotOptions& plot, const std::filesystem::path& file) {
    plots::PictureGrid grid(batch.size(), {batch.width(), batch.height()}, plot);
    for (int i = 0; i < grid.places(); ++i) {
        const evaluation::PictureObjects labels =
            evaluation::labelled_objects(batch, i, info.task, {.overlapping = overlapping});
        const evaluation::SeenPicture seen = {.batch = batch,
                                              .index = i,
                                              .labels = labels,
                                              .found = {},
                                              .prototypes = {},
                                              .overlapping_masks = overlapping};
        plots::GridPicture picture = evaluation::label_picture(
            seen, info, dataset, evaluation::all_of(labels.size()), evaluation::Confidence::hidden, plot);
        picture.texts.clear();
        for (const int id : labels.classes)
            if (plot.labels) picture.texts.push_back(fmt::format("{}", id));
        grid.draw(i, picture);
    }
    grid.write(file);
}

}  // namespace yolo::modes
