// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "codec_support.hpp"
#include "image/codec.hpp"
#include "image/codec_format.hpp"
#include "image/jpeg_codec.hpp"

namespace yolo::image {
namespace {

using test::decode_with_opencv;
using test::message_of;
using test::same_pixels;
using test::soft_picture;

std::vector<std::byte> jpeg(const cv::Mat& picture, JpegOptions options = {}) {
    std::vector<std::byte> bytes;
    encode_jpeg(picture, options, bytes);
    return bytes;
}

TEST(JpegCodec, DecodesAsOpenCvDoes) {
    for (const auto& [height, width] :
         std::vector<std::pair<int, int>>{{1, 1}, {17, 33}, {64, 48}, {201, 303}}) {
        for (const bool full_chroma : {false, true}) {
            const auto bytes = jpeg(soft_picture(height, width), {.quality = 80, .full_chroma = full_chroma});
            EXPECT_TRUE(same_pixels(decode_image(bytes, "x"), decode_with_opencv(bytes)))
                << width << "x" << height << (full_chroma ? " 4:4:4" : " 4:2:0");
        }
    }
}

TEST(JpegCodec, EncodesAsOpenCvDoes) {
    const cv::Mat picture = soft_picture(97, 131);
    EXPECT_EQ(jpeg(picture), test::encode_with_opencv(picture, ".jpg"));
}

TEST(JpegCodec, GreyBecomesBgr) {
    cv::Mat grey(20, 30, CV_8U);
    for (int x = 0; x < grey.cols; ++x) grey.col(x) = 5 * x;
    const cv::Mat read = decode_image(jpeg(grey), "x");
    ASSERT_EQ(read.type(), CV_8UC3);
    for (int x = 0; x < grey.cols; ++x) {
        const auto pixel = read.at<cv::Vec3b>(7, x);
        EXPECT_NEAR(pixel[0], 5 * x, 3);
        EXPECT_EQ(pixel[0], pixel[1]);
        EXPECT_EQ(pixel[0], pixel[2]);
    }
}

TEST(JpegCodec, CmykIsConvertedAsOpenCvDoes) {
    const auto bytes = test::cmyk_jpeg(soft_picture(40, 56));
    const cv::Mat read = decode_image(bytes, "x");
    ASSERT_EQ(read.type(), CV_8UC3);
    EXPECT_TRUE(same_pixels(read, decode_with_opencv(bytes)));
}

TEST(JpegCodec, FullChromaKeepsColourEdges) {
    cv::Mat picture(16, 16, CV_8UC3, cv::Scalar(0, 0, 255));
    for (int x = 1; x < 16; x += 2) picture.col(x) = cv::Scalar(255, 0, 0);
    const auto error = [&](bool full_chroma) {
        return cv::norm(picture, decode_image(jpeg(picture, {.full_chroma = full_chroma}), "x"), cv::NORM_L1);
    };
    EXPECT_LT(error(true) * 5, error(false));
}

/// The corner that is bright in each orientation's stored picture when the upright one is bright at the top
/// left.
TEST(JpegCodec, AppliesEveryExifOrientation) {
    cv::Mat upright(24, 40, CV_8UC3, cv::Scalar::all(20));
    upright(cv::Rect(0, 0, 16, 8)) = cv::Scalar(40, 80, 240);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const bool little_endian : {true, false}) {
            const auto bytes =
                test::with_exif(jpeg(test::stored_as(upright, orientation), {.full_chroma = true}),
                                orientation, little_endian);
            const cv::Mat read = decode_image(bytes, "x");
            ASSERT_EQ(read.size(), upright.size()) << orientation;
            EXPECT_LT(cv::norm(read, upright, cv::NORM_INF), 40) << orientation;
        }
    }
}

TEST(JpegCodec, BytesAfterTheEndAreIgnored) {
    auto bytes = jpeg(soft_picture(30, 30));
    const cv::Mat before = decode_image(bytes, "x");
    bytes.insert(bytes.end(), 1000, std::byte{0xA5});
    EXPECT_TRUE(same_pixels(decode_image(bytes, "x"), before));
}

TEST(JpegCodec, ATruncatedStreamIsAnError) {
    const auto bytes = jpeg(soft_picture(120, 160));
    const auto cut = [&](std::size_t size) { return std::span(bytes).first(size); };
    for (const std::size_t size :
         {bytes.size() - 2, bytes.size() - 1, bytes.size() / 2, bytes.size() * 9 / 10}) {
        EXPECT_THAT(message_of([&] { decode_image(cut(size), "cut.jpg"); }),
                    testing::AllOf(testing::HasSubstr("cut.jpg"), testing::HasSubstr("truncated")))
            << size << " of " << bytes.size();
    }
    for (std::size_t size = 1; size < 700; size += 7)
        EXPECT_THROW(decode_image(cut(size), "x"), Error) << size;
}

TEST(JpegCodec, AHugeClaimedSizeIsRefusedBeforeMemoryIsTaken) {
    auto bytes = jpeg(soft_picture(8, 8));
    const std::array start_of_frame{std::byte{0xFF}, std::byte{0xC0}};
    auto frame = std::search(bytes.begin(), bytes.end(), start_of_frame.begin(), start_of_frame.end());
    ASSERT_NE(frame, bytes.end());
    for (int i = 5; i < 9; ++i) frame[i] = std::byte{0xF0};  // 61680 x 61680
    EXPECT_THAT(message_of([&] { decode_image(bytes, "x"); }), testing::HasSubstr("178956970"));
}

TEST(JpegCodec, DamageNeverCrashes) {
    const auto bytes = jpeg(soft_picture(64, 64));
    for (unsigned seed = 0; seed < 300; ++seed) {
        auto damaged = bytes;
        unsigned state = seed * 2654435761U + 1;
        for (int i = 0; i < 8; ++i) {
            state = state * 1664525U + 1013904223U;
            damaged[state % damaged.size()] = std::byte(state >> 24);
        }
        try {
            EXPECT_EQ(decode_image(damaged, "x").type(), CV_8UC3);
        } catch (const Error&) {
        }
    }
}

}  // namespace
}  // namespace yolo::image
