// SPDX-License-Identifier: Apache-2.0
#include "tasks/picture_output.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::tasks {

namespace {

/// The decimal number that somebody typed: the float nearest to 0.6 lies above 0.6, and an IoU of just that
/// value is to be suppressed.
double as_typed(float value) {
    return std::strtod(fmt::format("{}", value).c_str(), nullptr);
}

NmsOptions nms_options(const DecodeOptions& options, bool rotated) {
    NmsOptions nms;
    nms.conf = options.conf;
    nms.iou = as_typed(options.iou);
    nms.max_det = options.max_det;
    nms.multi_label = options.multi_label;
    nms.agnostic = options.agnostic;
    nms.rotated = rotated;
    nms.classes = options.classes;
    return nms;
}

}  // namespace

std::span<const float> picture_values(const Tensor& output, int index, std::size_t rank) {
    const Shape& shape = output.shape();
    if (shape.size() != rank || index < 0 || index >= shape[0]) {
        throw Error(fmt::format(
            "the network's output of shape {} has no picture {} of {} dimensions: the model is not "
            "of this task",
            to_string(shape), index, rank - 1));
    }
    const auto size = static_cast<std::size_t>(output.elements() / shape[0]);
    return output.values<float>().subspan(static_cast<std::size_t>(index) * size, size);
}

image::Prototypes prototypes_of(const std::vector<Tensor>& outputs, int index) {
    if (outputs.size() < 2)
        throw Error("the network has no mask prototypes: the model is not one for segmentation");
    const Tensor& planes = outputs[1];  // (B, 32, H/4, W/4)
    return {picture_values(planes, index, 4), static_cast<int>(planes.dim(1)),
            static_cast<int>(planes.dim(2)), static_cast<int>(planes.dim(3))};
}

std::vector<Keypoint> keypoints_of(std::span<const float> row, int values) {
    const auto step = static_cast<std::size_t>(values);
    std::vector<Keypoint> keypoints;
    for (std::size_t i = 0; i < row.size(); i += step)
        keypoints.push_back({row[i], row[i + 1], values == 3 ? row[i + 2] : 1.0f});
    return keypoints;
}

std::vector<Keypoint> keypoints_of(std::span<const float> row, int values, const image::BackScale& scale) {
    std::vector<Keypoint> keypoints = keypoints_of(row, values);
    for (Keypoint& keypoint : keypoints) {
        const Point point = scale.point({keypoint.x, keypoint.y});
        keypoint.x = point.x;
        keypoint.y = point.y;
    }
    return keypoints;
}

PictureOutput::PictureOutput(const Tensor& output, int index, int class_count, int extra, OutputForm form)
    : values_(picture_values(output, index, 3)),
      rows_(static_cast<int>(output.dim(1))),
      columns_(static_cast<int>(output.dim(2))),
      class_count_(class_count > 0 ? class_count : rows_ - 4 - extra),
      extra_(extra),
      final_rows_(form == OutputForm::final_rows) {
    if (form == OutputForm::raw_maps)
        throw Error(
            fmt::format("the network's output of shape {} is a raw map of its head: export it with the "
                        "decoded head",
                        to_string(output.shape())));
    if (final_rows_ ? columns_ == 6 + extra_ : class_count_ > 0 && rows_ == 4 + class_count_ + extra_) return;
    throw Error(final_rows_ ? fmt::format("the network's output of shape {} has no rows of {} numbers",
                                          to_string(output.shape()), 6 + extra)
                            : fmt::format("the network's output of shape {} does not fit a model with {} "
                                          "classes: {} channels are needed",
                                          to_string(output.shape()), class_count, 4 + class_count + extra));
}

PictureOutput::Kept PictureOutput::detections(const DecodeOptions& options, bool rotated) const {
    const NmsOptions nms_settings = nms_options(options, rotated);
    if (final_rows_) return {filter_final_rows(values_, rows_, columns_, nms_settings), {}};
    const RawOutput raw{values_, rows_, columns_, class_count_};
    if (!options.loose) return {nms(raw, nms_settings), {}};
    auto candidates = find_candidates(raw, options.conf, options.multi_label, options.classes);
    std::vector<Candidate> better;
    std::ranges::copy_if(candidates, std::back_inserter(better),
                         [&](const Candidate& candidate) { return candidate.score > options.loose->conf; });
    NmsOptions loose_settings = nms_settings;
    loose_settings.iou = as_typed(options.loose->iou);
    Kept kept;
    kept.loose = suppress(raw, std::move(better), loose_settings);
    kept.usual = suppress(raw, std::move(candidates), nms_settings);
    return kept;
}

std::vector<float> PictureOutput::extras(const Detection& detection) const {
    std::vector<float> extras;
    for (int k = 0; k < extra_; ++k) {
        const int at = final_rows_ ? detection.anchor * columns_ + 6 + k
                                   : (4 + class_count_ + k) * columns_ + detection.anchor;
        extras.push_back(values_[static_cast<std::size_t>(at)]);
    }
    return extras;
}

}  // namespace yolo::tasks
