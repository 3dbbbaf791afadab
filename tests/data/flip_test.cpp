// SPDX-License-Identifier: Apache-2.0
#include "data/augment/flip.hpp"

#include <gmock/gmock.h>

#include "data/golden_instances.hpp"

namespace yolo {
namespace {

TEST(FlipGolden, BoxesAndKeypoints) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const test::GoldenCase& golden : test::golden_cases("augment", "flip")) {
        const auto flip_idx = golden.json.at("flip_idx").get<std::vector<int>>();
        const cv::Mat picture = test::picture(test::tensor(golden.tensors, "image_in"));
        const Size size{picture.rows, picture.cols};
        const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
        const auto instances = [&](const std::string& boxes, const std::string& keypoints) {
            data::Labels labels;
            labels.boxes = test::boxes_of(golden.floats(boxes));
            labels.classes.resize(labels.boxes.size());
            labels.keypoints = test::points_of(golden.floats(keypoints));
            return data::to_pixels(labels, size, static_cast<int>(flip_idx.size()), 0);
        };
        for (const auto direction : {data::FlipDirection::left_right, data::FlipDirection::up_down}) {
            const std::string name = direction == data::FlipDirection::left_right ? "horizontal" : "vertical";
            SCOPED_TRACE(golden.name + " " + name);
            data::Instances flipped = instances("boxes_in", "keypoints_in");
            data::flip_instances(flipped, size, direction, flip_idx);
            data::Instances expected = instances(name + ".boxes", name + ".keypoints");
            data::scale(flipped, 1 / width, 1 / height);
            data::scale(expected, 1 / width, 1 / height);
            test::expect_equal(flipped, expected, 1e-5f);
        }
    }
}

TEST(Flip, TwiceIsNothing) {
    data::Instances instances;
    instances.classes = {0};
    instances.boxes = {{1, 2, 5, 9}};
    instances.polygons = {{{1, 2}, {5, 2}, {5, 9}}};
    instances.keypoints = {{1, 2, 2}, {3, 4, 1}, {5, 9, 0}};
    instances.keypoints_each = 3;
    data::Instances twice = instances;
    const std::vector<int> flip_idx = {1, 0, 2};
    data::flip_instances(twice, {16, 32}, data::FlipDirection::left_right, flip_idx);
    EXPECT_EQ(twice.boxes[0], (image::Box4{27, 2, 31, 9}));
    EXPECT_EQ(twice.keypoints[0].x, 29);
    data::flip_instances(twice, {16, 32}, data::FlipDirection::left_right, flip_idx);
    test::expect_equal(twice, instances, 0);
}

}  // namespace
}  // namespace yolo
