// SPDX-License-Identifier: Apache-2.0
#include "image/picture_sizes.hpp"

#include <gtest/gtest.h>

#include "image/picture_support.hpp"
#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

using nlohmann::json;
using test::size_of_json;

TEST(PictureSizesGolden, LoadedSize) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    for (const auto& golden : test::golden_cases("preprocess", "sizes")) {
        for (const json& row : golden.json["loaded"]["rows"]) {
            EXPECT_EQ(loaded_size(size_of_json(row["hw"]), row["imgsz"]), size_of_json(row["loaded_hw"]))
                << row;
        }
    }
}

TEST(PictureSizesGolden, InputSide) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    for (const auto& golden : test::golden_cases("preprocess", "sizes")) {
        for (const json& row : golden.json["imgsz"]["rows"]) {
            const json asked = row["imgsz"].is_array() ? row["imgsz"] : json::array({row["imgsz"]});
            const json used = row["used"].is_array() ? row["used"] : json::array({row["used"]});
            for (std::size_t i = 0; i < asked.size(); ++i) {
                EXPECT_EQ(input_side(asked[i], row["stride"], row["floor"]), used[i]) << row;
            }
        }
    }
}

TEST(PictureSizesGolden, RectangularBatches) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    for (const auto& golden : test::golden_cases("preprocess", "sizes")) {
        for (const json& entry : golden.json["rectangles"]["cases"]) {
            std::vector<Size> pictures;
            for (const json& hw : entry["hw"]) pictures.push_back(size_of_json(hw));
            const RectBatches batches =
                rect_batches(pictures, entry["imgsz"], entry["batch"], entry["stride"], entry["pad"]);
            ASSERT_EQ(batches.shapes.size(), entry["batch_shapes_hw"].size());
            for (std::size_t i = 0; i < batches.shapes.size(); ++i) {
                EXPECT_EQ(batches.shapes[i], size_of_json(entry["batch_shapes_hw"][i]));
            }
            for (std::size_t place = 0; place < pictures.size();
                 ++place) {  // equal ratios stand in any order there
                const Size ours = pictures[batches.order[place]], theirs = pictures[entry["order"][place]];
                EXPECT_DOUBLE_EQ(static_cast<double>(ours.height) / ours.width,
                                 static_cast<double>(theirs.height) / theirs.width);
            }
        }
    }
}

TEST(PictureSizes, EqualRatiosKeepTheirOrder) {
    const std::vector<Size> pictures{{10, 20}, {5, 20}, {20, 40}, {1, 2}};
    EXPECT_EQ(rect_batches(pictures, 64, 2, 32, 0).order, (std::vector<std::size_t>{1, 0, 2, 3}));
}

}  // namespace
}  // namespace yolo::image
