// SPDX-License-Identifier: Apache-2.0
#include "image/scale_boxes.hpp"

#include <gtest/gtest.h>

#include "image/picture_support.hpp"
#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

using nlohmann::json;
using test::size_of_json;

constexpr double most_pixels_off = 0.01;

Box4 box_of(const json& row) {
    return {row[0], row[1], row[2], row[3]};
}

template <class Row>
void expect_row(const Row& ours, const json& expected, const std::string& what) {
    for (std::size_t k = 0; k < ours.size(); ++k)
        EXPECT_NEAR(ours[k], expected[k].get<float>(), most_pixels_off) << what;
}

/// Rows of entry[from], scaled, are the rows of entry[to].
template <class Scale>
void expect_rows(const json& entry, const std::string& from, const std::string& to, Scale scale) {
    if (!entry.contains(to)) return;
    ASSERT_EQ(entry[from].size(), entry[to].size());
    for (std::size_t i = 0; i < entry[from].size(); ++i) expect_row(scale(entry[from][i]), entry[to][i], to);
}

std::array<float, 2> point_back(const BackScale& scale, const json& row) {
    const Point point = scale.point({row[0], row[1]});
    return {point.x, point.y};
}

TEST(ScaleBoxesGolden, BoxesAndPoints) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    int cases = 0;
    for (const auto& golden : test::golden_cases("preprocess", "scale")) {
        for (const json& entry : golden.json.at("cases")) {
            ++cases;
            const bool named = entry.contains("net_hw");
            const Size network = size_of_json(entry.at(named ? "net_hw" : "img1"));
            const Size picture = size_of_json(entry.at(named ? "picture_hw" : "img0"));
            const BackScale scale = back_scale(network, picture), flush = back_scale(network, picture, false);
            const auto boxes = [](const BackScale& way) {
                return [way](const json& row) { return way.xyxy(box_of(row)); };
            };
            const auto points = [](const BackScale& way) {
                return [way](const json& row) { return point_back(way, row); };
            };
            expect_rows(entry, "boxes", "scaled", boxes(scale));
            expect_rows(entry, "boxes", "boxes_back", boxes(scale));
            expect_rows(entry, "boxes", "boxes_no_padding", boxes(flush));
            expect_rows(entry, "boxes", "boxes_centre_form",
                        [&](const json& row) { return scale.xywh(box_of(row)); });
            expect_rows(entry, "points", "points_scaled", points(scale));
            expect_rows(entry, "points", "points_back", points(scale));
            expect_rows(entry, "points", "points_no_padding", points(flush));
            expect_rows(entry, "rotated", "rotated_back", [&](const json& row) {
                return scale.rotated({row[0], row[1], row[2], row[3], row[4]});
            });
            if (!entry.contains("ratio_pad")) continue;
            const json &gain = entry["ratio_pad"][0], &pad = entry["ratio_pad"][1];
            const BackScale given{picture, gain[1], gain[0], pad[0], pad[1]};
            expect_rows(entry, "boxes", "boxes_with_ratio_pad", boxes(given));
            expect_rows(entry, "points", "points_with_ratio_pad", points(given));
        }
    }
    EXPECT_GT(cases, 0);
}

TEST(ScaleBoxes, ExampleOfTheSpecification) {
    const Box4 box = back_scale({640, 640}, {333, 500}).xyxy({100, 120, 300, 400});
    const Box4 expected{78.125f, 10.161972f, 234.375f, 229.035217f};
    for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(box[k], expected[k], 1e-4);
}

}  // namespace
}  // namespace yolo::image
