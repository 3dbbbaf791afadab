// SPDX-License-Identifier: Apache-2.0
#include "train/explainer.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "train/transfer.hpp"

extern "C" yolo::train::MakeExplainer yolo_make_explainer;

namespace yolo::train {
namespace {

constexpr Size picture_size{.height = 256, .width = 320};

checkpoint::Checkpoint three_classes(const std::string& yaml) {
    return start_network(checkpoint::load(yaml), nullptr, {.names = {"one", "two", "three"}}).model;
}

Tensor noise() {
    std::mt19937 generator(3);
    Tensor picture = Tensor::allocate(DType::u8, {1, picture_size.height, picture_size.width, 3});
    for (std::uint8_t& value : picture.mutable_values<std::uint8_t>())
        value = static_cast<std::uint8_t>(generator());
    return picture;
}

Tensor map_of(const std::string& yaml, const ExplainerOptions& options) {
    const std::unique_ptr<Explainer> explainer(yolo_make_explainer(three_classes(yaml), options));
    return explainer->activation_map(noise());
}

int rows_that_are_lit(const Tensor& map) {
    const auto values = map.values<float>();
    int rows = 0;
    for (int y = 0; y < picture_size.height; ++y) {
        const auto row = values.subspan(static_cast<std::size_t>(y) * picture_size.width, picture_size.width);
        rows += std::ranges::any_of(row, [](float value) { return value > 0; }) ? 1 : 0;
    }
    return rows;
}

TEST(Explainer, MapsHaveThePicturesSizeAndReachOne) {
    for (const char* yaml : {"yolov8n.yaml", "yolov8n-seg.yaml", "yolov8n-obb.yaml", "yolov8n-cls.yaml"}) {
        const Tensor map = map_of(yaml, {});
        ASSERT_EQ(map.shape(), (Shape{picture_size.height, picture_size.width})) << yaml;
        const auto values = map.values<float>();
        EXPECT_FLOAT_EQ(*std::ranges::max_element(values), 1) << yaml;
        EXPECT_GE(*std::ranges::min_element(values), 0) << yaml;
    }
}

/// A logit of the class branch sees five cells of its level in each direction, of 32 pixels at most.
TEST(Explainer, OnePredictionLightsItsSurroundingsOnly) {
    const int alone = rows_that_are_lit(map_of("yolov8n.yaml", {.conf = 1}));
    EXPECT_GT(alone, 0);
    EXPECT_LE(alone, (5 + 2) * 32);
    const Tensor sixteen = map_of("yolov8n.yaml", {.conf = 0});
    const Tensor one = map_of("yolov8n.yaml", {.conf = 1});
    const auto all = sixteen.values<float>(), best = one.values<float>();
    for (std::size_t i = 0; i < all.size(); ++i) ASSERT_GE(all[i], best[i]) << i;
    EXPECT_FALSE(std::ranges::equal(all, best));
}

TEST(Explainer, ClassesRestrictWhatIsExplained) {
    const auto of_class = [](int id) { return map_of("yolov8n.yaml", {.conf = 1, .classes = {id}}); };
    const Tensor first = of_class(0), second = of_class(1), again = of_class(0);
    EXPECT_FALSE(std::ranges::equal(first.values<float>(), second.values<float>()));
    EXPECT_TRUE(std::ranges::equal(first.values<float>(), again.values<float>()));
}

}  // namespace
}  // namespace yolo::train
