// SPDX-License-Identifier: Apache-2.0
#include "data/augment/format.hpp"

#include <gmock/gmock.h>

#include "data/golden_instances.hpp"

namespace yolo {
namespace {

using test::expect_near;
using test::golden_cases;
using test::GoldenCase;

/// Rows of one object each, whatever the order of objects of equal area.
std::vector<float> rows(const std::vector<int>& classes, const std::vector<float>& boxes) {
    std::vector<float> values(classes.begin(), classes.end());
    values.insert(values.end(), boxes.begin(), boxes.end());
    return values;
}

/// Boxes of a case that is not normalised, brought to the form that a batch has.
std::vector<float> as_batch_boxes(std::vector<float> values, const nlohmann::json& entry, Size size) {
    if (entry.value("normalize", true)) return values;
    std::vector<float> boxes;
    for (const image::Box4& box : test::boxes_of(values)) {
        const image::Box4 shares = image::xyxy_to_xywhn(box, size);
        boxes.insert(boxes.end(), shares.begin(), shares.end());
    }
    return boxes;
}

TEST(FormatGolden, Targets) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "format")) {
        for (const auto& entry : golden.json.at("cases")) {
            const std::string name = "case" + std::to_string(entry.at("case").get<int>());
            SCOPED_TRACE(golden.name + " " + name);
            const cv::Mat picture = test::picture(test::tensor(golden.tensors, name + ".in0.image"));
            const Size size{picture.rows, picture.cols};
            data::FormatOptions options{parse_task(entry.at("task")), entry.value("mask_ratio", 4),
                                        entry.value("mask_overlap", true)};
            if (!entry.value("return_mask", false) && options.task == Task::segment) {
                options.task = Task::detect;
            }
            const data::Targets targets =
                data::format_targets(test::golden_instances(golden, name + ".in0"), size, options);

            std::vector<int> classes;
            for (const float c : golden.floats(name + ".out.cls")) classes.push_back(static_cast<int>(c));
            expect_near(rows(targets.classes, targets.boxes),
                        rows(classes, as_batch_boxes(golden.floats(name + ".out.bboxes"), entry, size)),
                        1e-4f);
            if (options.task == Task::pose) {
                expect_near(targets.keypoints, golden.floats(name + ".out.keypoints"), 1e-5f);
            }
            if (!golden.has(name + ".out.masks")) continue;
            std::vector<std::uint8_t> masks;
            for (const cv::Mat& mask : targets.masks) {
                masks.insert(masks.end(), mask.begin<std::uint8_t>(), mask.end<std::uint8_t>());
            }
            EXPECT_EQ(masks, test::tensor(golden.tensors, name + ".out.masks").as<std::uint8_t>());
        }
    }
}

TEST(Format, MoreThan255ObjectsTakeWiderMasks) {
    data::Instances instances;
    for (int i = 0; i < 300; ++i) {
        const auto x = static_cast<float>(i % 20 * 16), y = static_cast<float>(i / 20 * 16);
        instances.classes.push_back(i);
        instances.boxes.push_back({x, y, x + 8, y + 8});
        instances.polygons.push_back({{x, y}, {x + 8, y}, {x + 8, y + 8}, {x, y + 8}});
    }
    const data::Targets targets = data::format_targets(instances, {320, 320}, {Task::segment, 4, true});
    ASSERT_EQ(targets.masks.size(), 1u);
    ASSERT_EQ(targets.masks[0].type(), CV_32S);
    EXPECT_EQ(targets.masks[0].at<int>(14 * 4, 19 * 4), 300);
}

TEST(Format, NoObjectsAreAnEmptyMask) {
    const data::Targets targets = data::format_targets({}, {64, 32}, {Task::segment, 4, true});
    ASSERT_EQ(targets.masks.size(), 1u);
    EXPECT_EQ(targets.masks[0].size(), cv::Size(8, 16));
    EXPECT_EQ(cv::countNonZero(targets.masks[0]), 0);
}

}  // namespace
}  // namespace yolo
