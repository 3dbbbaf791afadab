// SPDX-License-Identifier: Apache-2.0
#include "evaluation/grid_pictures.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include "evaluation/originals.hpp"
#include "image/channels.hpp"
#include "tasks/picture_output.hpp"

namespace yolo::evaluation {

namespace {

plots::GridPicture empty_picture(const SeenPicture& seen, const ModelInfo& info,
                                 const data::Dataset& dataset) {
    plots::GridPicture picture;
    picture.picture = network_picture(seen.batch, seen.index);
    const data::BatchPicture& source = seen.batch.pictures.at(static_cast<std::size_t>(seen.index));
    picture.name = dataset.picture(source.index).filename().string();
    picture.found.task = info.task;
    picture.found.names = info.names;
    picture.found.orig_shape = picture.found.input_shape = {picture.picture.rows, picture.picture.cols};
    return picture;
}

/// Boxes, rotated boxes, keypoints and texts of the chosen objects.
void add_objects(const PictureObjects& objects, std::span<const std::size_t> chosen, Confidence confidence,
                 const PlotOptions& plot, plots::GridPicture& picture) {
    Result& shown = picture.found;
    shown.keypoint_values = objects.keypoint_values;
    for (const std::size_t i : chosen) {
        const int id = objects.classes[i];
        const float score = objects.scores.empty() ? 1.0f : objects.scores[i];
        if (!objects.rotated.empty()) {
            const auto [x, y, w, h, angle] = objects.rotated[i];
            shown.obb.push_back({x, y, w, h, angle, score, id});
        } else {
            const auto [x1, y1, x2, y2] = objects.boxes[i];
            shown.boxes.push_back({x1, y1, x2, y2, score, id});
        }
        if (!objects.keypoints.empty())
            shown.keypoints.push_back(tasks::keypoints_of(objects.keypoints_at(i), objects.keypoint_values));
        const bool has_number = confidence != Confidence::hidden && plot.confidence;
        picture.texts.push_back((plot.labels ? shown.name(id) : "") +
                                (has_number ? fmt::format("{:.1f}", score) : ""));
    }
}

int best_class(std::span<const float> probabilities) {
    return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                            probabilities.begin());
}

}  // namespace

cv::Mat network_picture(const data::Batch& batch, int index) {
    const std::size_t bytes = batch.images.bytes() / batch.pictures.size();
    const std::uint8_t* data =
        batch.images.values<std::uint8_t>().data() + static_cast<std::size_t>(index) * bytes;
    const cv::Mat picture(batch.height(), batch.width(), CV_8UC(batch.channels()),
                          const_cast<std::uint8_t*>(data));
    return image::with_channels(picture, 3);
}

plots::GridPicture label_picture(const SeenPicture& seen, const ModelInfo& info, const data::Dataset& dataset,
                                 std::span<const std::size_t> chosen, Confidence confidence,
                                 const PlotOptions& plot) {
    plots::GridPicture picture = empty_picture(seen, info, dataset);
    if (info.task == Task::classify) {
        picture.text_class = seen.labels.classes.at(0);
        const data::DatasetSpec& spec = dataset.spec();
        if (plot.labels) picture.texts = {spec.names->at(static_cast<std::size_t>(picture.text_class))};
        return picture;
    }
    add_objects(seen.labels, chosen, confidence, plot, picture);
    if (info.task != Task::segment) return picture;
    picture.mask = [&seen, labels = std::vector(chosen.begin(), chosen.end())](std::size_t i) {
        return labelled_mask(seen.batch, seen.index, labels.at(i), seen.overlapping_masks);
    };
    return picture;
}

plots::GridPicture found_picture(const SeenPicture& seen, const ModelInfo& info, const data::Dataset& dataset,
                                 std::span<const std::size_t> chosen, const PlotOptions& plot) {
    plots::GridPicture picture = empty_picture(seen, info, dataset);
    if (info.task == Task::classify) {
        picture.text_class = best_class(seen.found.probabilities);
        const float best = seen.found.probabilities.at(static_cast<std::size_t>(picture.text_class));
        const std::string name = plot.labels ? picture.found.name(picture.text_class) : "";
        const std::string number = plot.confidence ? fmt::format("{:.1f}", best) : "";
        const char* between = plot.labels && plot.confidence ? " " : "";
        if (plot.labels || plot.confidence) picture.texts = {name + between + number};
        return picture;
    }
    add_objects(seen.found, chosen, Confidence::found, plot, picture);
    if (info.task != Task::segment) return picture;
    picture.mask = [&seen, found = std::vector(chosen.begin(), chosen.end())](std::size_t i) {
        return found_mask(seen, found.at(i));
    };
    return picture;
}

std::vector<std::size_t> all_of(std::size_t count) {
    std::vector<std::size_t> indices(count);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
}

}  // namespace yolo::evaluation
