// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "codec_support.hpp"
#include "image/codec.hpp"

namespace yolo::image {
namespace {

// Made with heif-enc from a 16x16 picture: light grey (240) on the left, RGB (40, 80, 200) on the right.
constexpr char heic_picture[] =
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAABAAEAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAOQACAAEA"
    "AAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAA"
    "AADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAe"
    "ugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFluqumubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAA"
    "AAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QA"
    "AAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAAEFtZGF0AAAANSgBrwnIXJiwJBVLl4x4MU/2bnIp3/z9Z8XNRbG3HrJwhZ3z"
    "lRe719HU6ND/E5qN40l5IIfQ";

constexpr char avif_picture[] =
    "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAAA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAEOAAEAAAAAAAAAIwAAACNpaW5mAAAAAAABAAAAFWluZmUC"
    "AAAAAAEAAGF2MDEAAAAAamlwcnAAAABLaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EADAAAAAAUaXNwZQAAAAAA"
    "AAAQAAAAEAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgYIDhAAAACttZGF0EgAKCRgM/9ggQEDQgDIURZAB"
    "hhhhQH+6gbCKR1QvreDlZsA=";

test::Bytes from_base64(std::string_view text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    test::Bytes bytes;
    unsigned value = 0;
    int bits = 0;
    for (const char c : text) {
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) break;
        value = value << 6 | static_cast<unsigned>(digit);
        bits += 6;
        if (bits >= 8) bytes.push_back(std::byte(value >> (bits -= 8) & 0xFF));
    }
    return bytes;
}

class HeifCodec : public testing::TestWithParam<const char*> {};

TEST_P(HeifCodec, DecodesToBgr) {
    const auto bytes = from_base64(GetParam());
    cv::Mat picture;
    const std::string message = test::message_of([&] { picture = decode_image(bytes, "x"); });
    if (message.find("without libheif") != std::string::npos) GTEST_SKIP() << message;
    ASSERT_EQ(message, "");
    ASSERT_EQ(picture.size(), cv::Size(16, 16));
    ASSERT_EQ(picture.type(), CV_8UC3);
    EXPECT_LT(cv::norm(picture.at<cv::Vec3b>(8, 2), cv::Vec3b(240, 240, 240)), 12)
        << picture.at<cv::Vec3b>(8, 2);
    EXPECT_LT(cv::norm(picture.at<cv::Vec3b>(8, 13), cv::Vec3b(200, 80, 40)), 25)
        << picture.at<cv::Vec3b>(8, 13);
}

TEST_P(HeifCodec, ATruncatedFileIsAnError) {
    const auto bytes = from_base64(GetParam());
    for (const std::size_t size : {bytes.size() / 4, bytes.size() / 2, bytes.size() - 20}) {
        EXPECT_THROW(decode_image(std::span(bytes).first(size), "x"), Error) << size;
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, HeifCodec, testing::Values(heic_picture, avif_picture));

}  // namespace
}  // namespace yolo::image
