// SPDX-License-Identifier: Apache-2.0
#include "image/classify_resize.hpp"

#include <gtest/gtest.h>

#include "image/picture_support.hpp"
#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

TEST(ClassifyResizeGolden, EqualsThePicturesOfTheReference) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    int pictures = 0;
    for (const auto& golden : test::golden_cases("preprocess", "classify")) {
        for (int i = 0; golden.has("image" + std::to_string(i)); ++i, ++pictures) {
            const auto& out = tensor(golden.tensors, "out" + std::to_string(i));  // (3, H, W) RGB 0..1
            cv::Mat place(static_cast<int>(out.shape[1]), static_cast<int>(out.shape[2]), CV_8UC3);
            classify_resize(test::picture(tensor(golden.tensors, "image" + std::to_string(i))), place);
            const std::vector<float> expected = out.floats();
            std::size_t value = 0;
            for (int channel = 2; channel >= 0; --channel) {
                for (const auto& pixel : cv::Mat_<cv::Vec3b>(place)) {
                    ASSERT_EQ(pixel[channel], std::lround(expected[value++] * 255))
                        << golden.name << " " << i;
                }
            }
        }
    }
    EXPECT_GT(pictures, 0);
}

/// Exact weights and no rounding in between: the fixed-point result is at most one level away.
cv::Mat plain_resize(const cv::Mat& picture, Size size) {
    const auto weight = [](int in, int out, int i, int k) {
        const double scale = static_cast<double>(in) / out;
        const double support = std::max(scale, 1.0);
        return std::max(0.0, 1 - std::abs(k + 0.5 - (i + 0.5) * scale) / support);
    };
    cv::Mat result(size.height, size.width, CV_64FC3);
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
            cv::Vec3d sum;
            double total = 0;
            for (int v = 0; v < picture.rows; ++v) {
                for (int u = 0; u < picture.cols; ++u) {
                    const double w =
                        weight(picture.rows, size.height, y, v) * weight(picture.cols, size.width, x, u);
                    sum += w * cv::Vec3d(picture.at<cv::Vec3b>(v, u));
                    total += w;
                }
            }
            result.at<cv::Vec3d>(y, x) = sum / total;
        }
    }
    return result;
}

TEST(ClassifyResize, IsAWeightedMean) {
    std::mt19937 random(3);
    std::uniform_int_distribution<int> side(1, 24);
    for (int round = 0; round < 40; ++round) {
        const cv::Mat source = test::random_picture(side(random), side(random), random);
        const Size size{side(random), side(random)};
        cv::Mat ours;
        resize_antialiased(source, size).convertTo(ours, CV_64FC3);
        EXPECT_LE(test::largest_difference(ours, plain_resize(source, size)), 1.01);
    }
}

TEST(ClassifyResize, SquaresAreTheMiddleOfTheWholeResize) {
    std::mt19937 random(4);
    std::uniform_int_distribution<int> side(1, 200);
    for (int round = 0; round < 100; ++round) {
        const cv::Mat source = test::random_picture(side(random), side(random), random);
        cv::Mat place(32, 32, CV_8UC3);
        classify_resize(source, place);
        const int shorter = std::min(source.rows, source.cols);
        const Size size{32 * source.rows / shorter, 32 * source.cols / shorter};
        const int top = static_cast<int>(std::nearbyint((size.height - 32) / 2.0));
        const int left = static_cast<int>(std::nearbyint((size.width - 32) / 2.0));
        const cv::Mat whole = resize_antialiased(source, size);
        ASSERT_EQ(test::largest_difference(place, whole(cv::Rect(left, top, 32, 32))), 0);
    }
}

TEST(ClassifyResize, AVeryThinPictureNeedsLittleMemory) {
    cv::Mat source(1, 60000, CV_8UC3, cv::Scalar::all(0));  // the whole resize would have 73 GB
    source.colRange(29000, 31000).setTo(cv::Scalar::all(255));
    cv::Mat place(640, 640, CV_8UC3);
    classify_resize(source, place);
    EXPECT_EQ(place.at<cv::Vec3b>(320, 320), cv::Vec3b(255, 255, 255));
}

}  // namespace
}  // namespace yolo::image
