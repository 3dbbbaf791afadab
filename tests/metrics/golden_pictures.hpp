// SPDX-License-Identifier: Apache-2.0
/// \file The goldens of the metrics: pictures with objects and predictions.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "metrics/overlap_matrix.hpp"
#include "support/golden_case.hpp"

namespace yolo::test {

/// Objects and predictions of one golden picture.
struct GoldenPicture {
    metrics::OverlapMatrix overlaps;
    metrics::OverlapMatrix second_overlaps;  ///< of masks or keypoints, if the case has them
    std::vector<int> object_classes, predicted_classes;
    std::vector<float> scores;
};

inline std::string numbered(const std::string& name, int index) {
    return name + std::to_string(index);
}

template <std::size_t N>
std::vector<std::array<float, N>> rows_of(const std::vector<float>& values, std::size_t width,
                                          std::size_t first = 0) {
    std::vector<std::array<float, N>> rows(values.size() / width);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t k = 0; k < N; ++k) rows[i][k] = values[i * width + first + k];
    }
    return rows;
}

inline std::vector<float> column_of(const std::vector<float>& values, std::size_t width, std::size_t column) {
    std::vector<float> result;
    for (std::size_t i = column; i < values.size(); i += width) result.push_back(values[i]);
    return result;
}

/// Each of (count, height, width) masks of 0 and 1.
inline std::vector<metrics::BitMask> packed_masks(const std::vector<std::uint8_t>& pixels, Size size) {
    const auto each = static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
    std::vector<metrics::BitMask> masks;
    for (std::size_t at = 0; at < pixels.size(); at += each)
        masks.emplace_back(std::span(pixels).subspan(at, each), size);
    return masks;
}

inline std::vector<int> as_classes(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

inline GoldenPicture golden_picture(const GoldenCase& golden, int index) {
    const auto of = [&](const char* name) { return numbered(name, index); };
    const std::vector<float> truth = golden.floats(of("gt")), predictions = golden.floats(of("pred"));
    const auto width = static_cast<std::size_t>(tensor(golden.tensors, of("gt")).shape[1]);
    GoldenPicture picture;
    picture.object_classes = as_classes(column_of(truth, width, width - 1));
    picture.predicted_classes = as_classes(column_of(predictions, width + 1, width));
    picture.scores = column_of(predictions, width + 1, width - 1);
    if (width == 6) {
        picture.overlaps = metrics::rotated_overlaps(rows_of<5>(truth, 6), rows_of<5>(predictions, 7));
    } else {
        picture.overlaps = metrics::box_overlaps(rows_of<4>(truth, 5), rows_of<4>(predictions, 6));
    }
    if (golden.has(of("gt_masks"))) {
        const StoredTensor& objects = tensor(golden.tensors, of("gt_masks"));
        const StoredTensor& masks = tensor(golden.tensors, of("pred_masks"));
        const Size size{static_cast<int>(objects.shape[1]), static_cast<int>(objects.shape[2])};
        picture.second_overlaps = metrics::mask_overlaps(packed_masks(objects.as<std::uint8_t>(), size),
                                                         packed_masks(masks.as<std::uint8_t>(), size));
    }
    if (golden.has(of("gt_keypoints"))) {
        std::vector<float> areas;
        for (const auto& box : rows_of<4>(truth, width)) {
            areas.push_back(metrics::keypoint_area(box[2] - box[0], box[3] - box[1]));
        }
        const std::vector<float> objects = golden.floats(of("gt_keypoints"));
        const std::vector<float> points = golden.floats(of("pred_keypoints"));
        const std::vector<float> sigmas = golden.floats("sigmas");
        picture.second_overlaps = metrics::keypoint_overlaps({objects, areas, points, 3, sigmas});
    }
    return picture;
}

inline std::vector<GoldenCase> picture_cases() {
    std::vector<GoldenCase> cases = golden_cases("metrics");
    std::erase_if(cases, [](const GoldenCase& golden) { return !golden.has("gt0"); });
    return cases;
}

inline Task golden_task(const GoldenCase& golden) {
    if (golden.has("gt_masks0")) return Task::segment;
    if (golden.has("gt_keypoints0")) return Task::pose;
    return tensor(golden.tensors, "gt0").shape[1] == 6 ? Task::obb : Task::detect;
}

/// Number by number; where one is expected to be none (NaN), it is none.
inline void expect_near(const std::vector<float>& values, const std::vector<float>& expected, float within,
                        const std::string& what) {
    ASSERT_EQ(values.size(), expected.size()) << what;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(expected[i])) {
            EXPECT_TRUE(std::isnan(values[i])) << what << " [" << i << "]";
        } else {
            EXPECT_NEAR(values[i], expected[i], within) << what << " [" << i << "]";
        }
    }
}

}  // namespace yolo::test
