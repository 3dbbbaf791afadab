// SPDX-License-Identifier: Apache-2.0
#include "metrics/overlap_matrix.hpp"

#include <algorithm>
#include <cmath>

#include "image/overlap.hpp"

namespace yolo::metrics {

namespace {

constexpr float overlap_eps = 1e-7f;
constexpr float figure_share = 0.53f;  // of a person's box that the person fills, on average

/// The similarity of one figure to one prediction of `values` numbers per point.
float keypoint_similarity(std::span<const float> object, std::span<const float> prediction, float area,
                          std::span<const float> sigmas, std::size_t values) {
    float sum = 0, labelled = 0;
    for (std::size_t k = 0; k < sigmas.size(); ++k) {
        if (object[3 * k + 2] == 0) continue;
        const float dx = object[3 * k] - prediction[values * k];
        const float dy = object[3 * k + 1] - prediction[values * k + 1];
        const float reach = 2 * sigmas[k];
        sum += std::exp(-(dx * dx + dy * dy) / (reach * reach * (area + overlap_eps) * 2));
        labelled += 1;
    }
    return sum / (labelled + overlap_eps);
}

}  // namespace

OverlapMatrix box_overlaps(std::span<const image::Box4> objects, std::span<const image::Box4> predictions) {
    OverlapMatrix matrix(objects.size(), predictions.size());
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const std::span<float> row = matrix.row(i);
        for (std::size_t j = 0; j < predictions.size(); ++j) {
            row[j] = image::box_iou(objects[i], predictions[j], overlap_eps);
        }
    }
    return matrix;
}

OverlapMatrix rotated_overlaps(std::span<const image::Rotated5> objects,
                               std::span<const image::Rotated5> predictions) {
    std::vector<image::BoxGaussian> gaussians;
    gaussians.reserve(predictions.size());
    for (const image::Rotated5& box : predictions) gaussians.push_back(image::box_gaussian(box));
    OverlapMatrix matrix(objects.size(), predictions.size());
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const image::BoxGaussian object = image::box_gaussian(objects[i]);
        const std::span<float> row = matrix.row(i);
        for (std::size_t j = 0; j < predictions.size(); ++j) {
            row[j] = image::prob_iou(object, gaussians[j], overlap_eps);
        }
    }
    return matrix;
}

OverlapMatrix mask_overlaps(std::span<const BitMask> objects, std::span<const BitMask> predictions) {
    OverlapMatrix matrix(objects.size(), predictions.size());
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const std::span<float> row = matrix.row(i);
        for (std::size_t j = 0; j < predictions.size(); ++j) {
            const std::int64_t common = objects[i].intersection(predictions[j]);
            const std::int64_t united = objects[i].area() + predictions[j].area() - common;
            row[j] = static_cast<float>(common) / (static_cast<float>(united) + overlap_eps);
        }
    }
    return matrix;
}

OverlapMatrix keypoint_overlaps(const KeypointSets& sets) {
    const std::size_t points = sets.sigmas.size();
    const auto values = static_cast<std::size_t>(sets.prediction_values);
    const std::size_t object_length = 3 * points, prediction_length = values * points;
    if (points == 0) return {};
    OverlapMatrix matrix(sets.areas.size(), sets.predictions.size() / prediction_length);
    for (std::size_t i = 0; i < matrix.objects; ++i) {
        const std::span<float> row = matrix.row(i);
        for (std::size_t j = 0; j < matrix.predictions; ++j) {
            row[j] = keypoint_similarity(sets.objects.subspan(i * object_length, object_length),
                                         sets.predictions.subspan(j * prediction_length, prediction_length),
                                         sets.areas[i], sets.sigmas, values);
        }
    }
    return matrix;
}

float keypoint_area(float width, float height) {
    return width * height * figure_share;
}

}  // namespace yolo::metrics
