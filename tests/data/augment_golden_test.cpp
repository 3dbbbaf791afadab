// SPDX-License-Identifier: Apache-2.0
/// \file The augmentations of whole samples with given draws.
#include <gmock/gmock.h>

#include "data/augment/copy_paste.hpp"
#include "data/augment/cutmix.hpp"
#include "data/augment/mixup.hpp"
#include "data/augment/mosaic.hpp"
#include "data/golden_instances.hpp"

namespace yolo {
namespace {

using test::expect_equal;
using test::golden_cases;
using test::golden_instances;
using test::golden_sample;
using test::GoldenCase;

constexpr float pixels = 0.01f;

data::OutlineKind outlines(const nlohmann::json& entry) {
    return entry.value("task", "") == "obb" ? data::OutlineKind::rotated_box : data::OutlineKind::shape;
}

cv::Rect rectangle(const nlohmann::json& tile, const std::string& suffix) {
    const auto at = [&](const char* key) { return tile.at(key + suffix).template get<int>(); };
    return {cv::Point(at("x1"), at("y1")), cv::Point(at("x2"), at("y2"))};
}

TEST(AugmentGolden, Mosaic) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "mosaic")) {
        for (const auto& entry : golden.json.at("cases")) {
            const std::string name = "case" + std::to_string(entry.at("case").get<int>());
            SCOPED_TRACE(golden.name + " " + name);
            const int count = entry.at("n"), imgsz = entry.at("imgsz");
            std::vector<data::Sample> samples;
            std::vector<Size> sizes;
            for (int i = 0; i < count; ++i) {
                samples.push_back(golden_sample(golden, name + ".in" + std::to_string(i)));
                sizes.push_back({samples.back().picture.rows, samples.back().picture.cols});
                data::scale(samples.back().instances, static_cast<float>(sizes.back().width),
                            static_cast<float>(sizes.back().height));
            }
            data::MosaicLayout layout;
            if (count == 4) {
                const auto& centre = entry.at("centre_xy");
                layout = data::mosaic_of_four(sizes, imgsz, {centre[0].get<int>(), centre[1].get<int>()});
                for (std::size_t i = 0; i < 4; ++i) {
                    EXPECT_EQ(layout.tiles[i].target, rectangle(entry.at("layout")[i], "a"));
                    EXPECT_EQ(layout.tiles[i].source, rectangle(entry.at("layout")[i], "b"));
                }
            } else {
                layout = data::mosaic_of_nine(sizes, imgsz);
            }
            cv::Mat canvas(layout.canvas.height, layout.canvas.width, CV_8UC3);
            data::paint_mosaic(samples, layout, cv::Rect({}, canvas.size()), canvas);
            EXPECT_EQ(test::largest_difference(
                          canvas, test::picture(test::tensor(golden.tensors, name + ".out.image"))),
                      0);
            expect_equal(data::mosaic_instances(samples, layout, outlines(entry)),
                         golden_instances(golden, name + ".out"), pixels);
        }
    }
}

TEST(AugmentGolden, CopyPaste) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "copy_paste")) {
        for (const auto& entry : golden.json.at("cases")) {
            const std::string name = "case" + std::to_string(entry.at("case").get<int>());
            SCOPED_TRACE(golden.name + " " + name);
            data::Sample sample = golden_sample(golden, name + ".in0");
            const data::Sample second =
                entry.at("mode") == "flip" ? data::mirrored(sample) : golden_sample(golden, name + ".in1");
            const auto chosen = data::choose_pasted(sample.instances, second.instances, entry.at("fraction"));
            ASSERT_EQ(chosen, entry.at("pasted").get<std::vector<std::size_t>>());
            data::paste_objects(sample, second, chosen);
            expect_equal(sample.instances, golden_instances(golden, name + ".out"), pixels);
            EXPECT_EQ(test::largest_difference(
                          sample.picture, test::picture(test::tensor(golden.tensors, name + ".out.image"))),
                      0);
        }
    }
}

TEST(AugmentGolden, MixupAndCutmix) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "mixup_cutmix")) {
        for (const auto& entry : golden.json.at("cases")) {
            const std::string name = entry.at("case");
            SCOPED_TRACE(golden.name + " " + name);
            data::Sample sample = golden_sample(golden, name + ".in0");
            const data::Sample second = golden_sample(golden, name + ".in1");
            if (entry.contains("r")) {
                data::mix(sample, second, entry.at("r"));
            } else {
                const auto area = entry.at("area_x1y1x2y2").get<std::vector<double>>();
                data::cut_in(sample, second,
                             cv::Rect(cv::Point2d(area[0], area[1]), cv::Point2d(area[2], area[3])),
                             outlines(entry));
            }
            expect_equal(sample.instances, golden_instances(golden, name + ".out"), pixels);
            EXPECT_EQ(test::largest_difference(
                          sample.picture, test::picture(test::tensor(golden.tensors, name + ".out.image"))),
                      0);
        }
    }
}

}  // namespace
}  // namespace yolo
