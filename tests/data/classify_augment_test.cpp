// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "data/classify/pixel_ops.hpp"
#include "data/classify/policy.hpp"
#include "data/classify/train_transform.hpp"

namespace yolo::data {
namespace {

cv::Mat noise(int height, int width) {
    Random random(7);
    cv::Mat picture(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width * 3; ++x) picture.ptr(y)[x] = static_cast<uchar>(random.below(256));
    }
    return picture;
}

cv::Mat one(uchar blue, uchar green, uchar red) {
    return {1, 1, CV_8UC3, cv::Scalar(blue, green, red)};
}

bool equal(const cv::Mat& a, const cv::Mat& b) {
    return a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

TEST(PixelOps, BlendTruncatesAndLimits) {
    EXPECT_EQ(apply(PixelOp::brightness, one(100, 200, 3), 0.27).at<cv::Vec3b>(0), cv::Vec3b(127, 254, 3));
    EXPECT_EQ(apply(PixelOp::brightness, one(100, 240, 3), 0.27).at<cv::Vec3b>(0), cv::Vec3b(127, 255, 3));
    // In 32 bits 1.4 * 45 is 63 and (1 - 0.9) * 10 is 1, in 64 bits a little less.
    const cv::Mat black = one(0, 0, 0);
    EXPECT_EQ(blend(black, one(45, 90, 10), 1.4).at<cv::Vec3b>(0), cv::Vec3b(63, 126, 14));
    EXPECT_EQ(apply(PixelOp::brightness, one(10, 20, 30), -0.9).at<cv::Vec3b>(0), cv::Vec3b(1, 2, 3));
    // L of (R 30, G 20, B 10) is (19595 * 30 + 38470 * 20 + 7471 * 10 + 32768) >> 16 = 22.
    EXPECT_EQ(apply(PixelOp::color, one(10, 20, 30), -1).at<cv::Vec3b>(0), cv::Vec3b(22, 22, 22));
}

TEST(PixelOps, ByValue) {
    EXPECT_EQ(apply(PixelOp::posterize, one(255, 129, 7), 7).at<cv::Vec3b>(0), cv::Vec3b(254, 128, 6));
    EXPECT_EQ(apply(PixelOp::posterize, one(255, 129, 7), 8).at<cv::Vec3b>(0), cv::Vec3b(255, 129, 7));
    EXPECT_EQ(apply(PixelOp::solarize, one(178, 179, 0), 178.5).at<cv::Vec3b>(0), cv::Vec3b(178, 76, 0));
    EXPECT_EQ(apply(PixelOp::invert, one(0, 1, 255), 0).at<cv::Vec3b>(0), cv::Vec3b(255, 254, 0));
}

TEST(PixelOps, AutocontrastStretchesAndLeavesConstantChannels) {
    cv::Mat picture(1, 2, CV_8UC3);
    picture.at<cv::Vec3b>(0) = {50, 10, 9};
    picture.at<cv::Vec3b>(1) = {50, 30, 10};
    const cv::Mat out = apply(PixelOp::autocontrast, picture, 0);
    EXPECT_EQ(out.at<cv::Vec3b>(0), cv::Vec3b(50, 0, 0));
    EXPECT_EQ(out.at<cv::Vec3b>(1), cv::Vec3b(50, 255, 255));
}

TEST(PixelOps, EqualizeLeavesPicturesTooSmallForSteps) {
    const cv::Mat small = noise(4, 4);
    EXPECT_TRUE(equal(apply(PixelOp::equalize, small, 0), small));
    const cv::Mat large = noise(64, 64);
    EXPECT_FALSE(equal(apply(PixelOp::equalize, large / 2, 0), large / 2));
}

TEST(PixelOps, TranslationMovesWholePixelsAndFillsWithBlack) {
    const cv::Mat picture = noise(6, 8);
    const cv::Mat right = apply(PixelOp::translate_x, picture, 2.9);
    EXPECT_TRUE(equal(right.colRange(2, 8), picture.colRange(0, 6)));
    EXPECT_EQ(cv::countNonZero(right.colRange(0, 2).clone().reshape(1)), 0);
    EXPECT_TRUE(equal(apply(PixelOp::rotate, picture, 0), picture));
}

TEST(Policy, EveryPolicyKeepsSizeAndDependsOnTheSeed) {
    const cv::Mat picture = noise(32, 32);
    for (const char* name : {"randaugment", "autoaugment", "augmix"}) {
        int changed = 0;
        for (std::uint64_t seed = 0; seed < 30; ++seed) {
            Random a(seed), b(seed);
            const cv::Mat first = apply_policy(parse_policy(name), picture, a);
            EXPECT_EQ(first.size(), picture.size());
            EXPECT_TRUE(equal(first, apply_policy(parse_policy(name), picture, b))) << name << seed;
            changed += equal(first, picture) ? 0 : 1;
        }
        EXPECT_GT(changed, 15) << name;
    }
    EXPECT_THROW(parse_policy("rand"), UsageError);
}

TEST(TrainTransform, CropsLieInsideAndErasingIsBlack) {
    Random random(1);
    for (int i = 0; i < 200; ++i) {
        const cv::Rect part = random_crop({60, 20}, 0.5, random);
        EXPECT_EQ(part & cv::Rect(0, 0, 60, 20), part);
        const cv::Rect hole = random_erasing(32, random);
        EXPECT_EQ(hole & cv::Rect(0, 0, 32, 32), hole);
        EXPECT_LT(hole.width, 32);
    }
    Augmentation augmentation;
    augmentation.auto_augment = "none";
    augmentation.erasing = 1;
    const cv::Mat picture(40, 50, CV_8UC3, cv::Scalar::all(200));
    cv::Mat out(32, 32, CV_8UC3);
    classify_train_transform(picture, augmentation, {.seed = 1, .epoch = 0, .place = 3, .branch = 0}, out);
    const int black = 32 * 32 - cv::countNonZero(out.reshape(1, 32 * 32).col(0) > 0);
    EXPECT_GT(black, 10);
    EXPECT_LT(black, 500);
}

}  // namespace
}  // namespace yolo::data
