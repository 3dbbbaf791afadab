// SPDX-License-Identifier: Apache-2.0
/// \file Samples of goldens: NAME.class, NAME.boxes, NAME.segments, NAME.keypoints, NAME.image.
#pragma once

#include <algorithm>

#include <gmock/gmock.h>

#include "data/augment/instances.hpp"
#include "data/sample.hpp"
#include "image/picture_support.hpp"
#include "support/golden_case.hpp"

namespace yolo::test {

inline std::vector<image::Box4> boxes_of(const std::vector<float>& values) {
    std::vector<image::Box4> boxes;
    for (std::size_t i = 0; i + 3 < values.size(); i += 4) {
        boxes.push_back({values[i], values[i + 1], values[i + 2], values[i + 3]});
    }
    return boxes;
}

/// (n, points, 2)
inline std::vector<data::Polygon> polygons_of(const StoredTensor& stored) {
    const std::vector<float> values = stored.floats();
    const auto points = static_cast<std::size_t>(stored.shape.at(stored.shape.size() - 2));
    std::vector<data::Polygon> polygons(values.size() / 2 / points);
    for (std::size_t i = 0; i < values.size() / 2; ++i) {
        polygons[i / points].push_back({values[2 * i], values[2 * i + 1]});
    }
    return polygons;
}

inline std::vector<data::LabelPoint> points_of(const std::vector<float>& values) {
    std::vector<data::LabelPoint> points;
    for (std::size_t i = 0; i + 2 < values.size(); i += 3) {
        points.push_back({values[i], values[i + 1], values[i + 2]});
    }
    return points;
}

/// `keypoints_each` is found in the tensor's shape. Polygons beside keypoints are left out: no data set has
/// both.
inline data::Instances golden_instances(const GoldenCase& golden, const std::string& name) {
    data::Instances instances;
    for (const float c : golden.floats(name + ".class")) instances.classes.push_back(static_cast<int>(c));
    instances.boxes = boxes_of(golden.floats(name + ".boxes"));
    if (golden.has(name + ".keypoints")) {
        const StoredTensor& keypoints = tensor(golden.tensors, name + ".keypoints");
        instances.keypoints = points_of(keypoints.floats());
        instances.keypoints_each = static_cast<int>(keypoints.shape.at(1));
    }
    if (golden.has(name + ".segments")) {
        instances.polygons = polygons_of(tensor(golden.tensors, name + ".segments"));
    }
    return instances;
}

inline data::Sample golden_sample(const GoldenCase& golden, const std::string& name) {
    return {0, picture(tensor(golden.tensors, name + ".image")), golden_instances(golden, name)};
}

inline std::vector<float> flat(const data::Instances& instances) {
    std::vector<float> values(instances.classes.begin(), instances.classes.end());
    for (const auto& box : instances.boxes) values.insert(values.end(), box.begin(), box.end());
    for (const auto& polygon : instances.polygons) {
        for (const Point p : polygon) values.insert(values.end(), {p.x, p.y});
    }
    for (const auto& p : instances.keypoints) values.insert(values.end(), {p.x, p.y, p.visibility});
    return values;
}

inline void expect_near(const std::vector<float>& actual, const std::vector<float>& expected,
                        float tolerance) {
    ASSERT_EQ(actual.size(), expected.size());
    float worst = 0;
    std::size_t place = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const float difference = std::abs(actual[i] - expected[i]);
        if (!(difference <= worst)) worst = difference, place = i;
    }
    EXPECT_LE(worst, tolerance) << "at " << place << ": " << actual[place] << " for " << expected[place];
}

inline void expect_equal(const data::Instances& actual, const data::Instances& expected, float tolerance) {
    ASSERT_EQ(actual.classes, expected.classes);
    ASSERT_EQ(actual.boxes.size(), expected.boxes.size());
    ASSERT_EQ(actual.polygons.size(), expected.polygons.size());
    expect_near(flat(actual), flat(expected), tolerance);
}

inline double mean_difference(const cv::Mat& a, const cv::Mat& b) {
    return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total() * a.elemSize());
}

}  // namespace yolo::test
