// SPDX-License-Identifier: Apache-2.0
/// \file Test-time augmentation and embeddings of a whole model, on a trained golden checkpoint of a
/// detector.
#include <filesystem>

#include <gtest/gtest.h>

#include <yolo/model.hpp>

#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

/// The blood cell model and one of its validation pictures, for which the reference's figures are known.
class Augment : public ::testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_GOLDEN("trained/bccd.pt");
        picture_ = test::golden_dir() / "../data/bccd-detect/images/val/BloodImage_00007.jpg";
        YOLO_REQUIRE_FILE(picture_);
        model_.emplace((test::golden_dir() / "trained/bccd.pt").string());
        options_.imgsz = Size{320, 320};
    }

    Result predict() { return *model_->predict(picture_.string(), options_).begin(); }

    fs::path picture_;
    std::optional<Model> model_;
    PredictOptions options_;
};

TEST_F(Augment, FindsWhatTheReferenceFinds) {
    EXPECT_EQ(predict().boxes.size(), 11U);
    options_.augment = true;
    const Result result = predict();
    EXPECT_EQ(result.verbose(), "12 RBCs, 1 WBC, 1 Platelets, ");
    ASSERT_EQ(result.boxes.size(), 14U);
    const auto found = std::find_if(result.boxes.begin(), result.boxes.end(), [](const Box& box) {
        return std::abs(box.confidence - 0.6282F) < 0.002F;
    });
    ASSERT_NE(found, result.boxes.end());
    EXPECT_NEAR(found->x1, 539.09, 0.5);
    EXPECT_NEAR(found->y1, 375.00, 0.5);
    EXPECT_NEAR(found->x2, 640.00, 0.5);
    EXPECT_NEAR(found->y2, 475.84, 0.5);
}

TEST_F(Augment, EmbeddingsEqualTheReference) {
    options_.embed = {21};
    const std::vector<float> one = predict().embedding;
    ASSERT_EQ(one.size(), 256U);
    const std::vector<float> expected = {0.437138F, -0.013887F, -0.118309F, -0.188822F};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(one[i], expected[i], 1e-3);
    options_.embed = {21, 15};  // layers come out ascending
    const std::vector<float> two = predict().embedding;
    ASSERT_EQ(two.size(), 320U);
    EXPECT_NEAR(two[0], 0.320502, 1e-3);
    EXPECT_NEAR(two[1], 0.221218, 1e-3);
}

}  // namespace
}  // namespace yolo
