// SPDX-License-Identifier: Apache-2.0
#include "image/foreign_content.hpp"

#include <gtest/gtest.h>

#include "image/codec_format.hpp"

namespace yolo::image {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(ForeignContent, IsCalledWhatItIs) {
    using namespace std::string_view_literals;
    const auto content = [](std::string_view text) { return foreign_content(bytes(text)); };
    EXPECT_EQ(content("\n<!DOCTYPE HTML><html>"), "a web page");
    EXPECT_EQ(content("<html lang=en>"), "a web page");
    EXPECT_EQ(content("\xEF\xBB\xBF<?xml version='1.0'?><net name='m'/>"), "XML text");
    EXPECT_EQ(content("<?xml version='1.0'?><svg xmlns='x'>"), "an SVG drawing");
    EXPECT_EQ(content("{\"error\": 404}"), "JSON text");
    EXPECT_EQ(content("  [1, 2]"), "JSON text");
    EXPECT_EQ(content("not a picture, \xC3\xA4\xC3\xB6"), "text");
    EXPECT_EQ(content("%PDF-1.7"), "a PDF document");
    EXPECT_EQ(content("PK\3\4...."), "a zip archive");
    EXPECT_EQ(content("version https://git-lfs.github.com/spec/v1").substr(0, 20), "a pointer of Git LFS");
    EXPECT_EQ(content("\0\0\0\0\0\0"sv), "zeros only");
    EXPECT_EQ(content("\0\0\0\x18"
                      "ftypisom"sv),
              "a video");
    EXPECT_EQ(content(""), "");
    EXPECT_EQ(content("\1\2\3 noise"), "");
}

TEST(ForeignContent, VideosOfEachContainer) {
    using namespace std::string_view_literals;
    const std::string transport_stream =
        std::string("G") + std::string(187, 'x') + "G" + std::string(187, 'x') + "G";
    for (const std::string_view text : {"\0\0\0\x14"
                                        "ftypqt  "sv,
                                        "\0\0\0\x08wide"sv, "RIFF....AVI LIST"sv, "\x1A\x45\xDF\xA3...."sv,
                                        "\0\0\1\xBA..."sv, std::string_view(transport_stream)})
        EXPECT_TRUE(holds_video(bytes(text))) << text;
    EXPECT_FALSE(holds_video(bytes("RIFF....WEBPVP8 ")));
    EXPECT_FALSE(holds_video(bytes("Good")));
}

TEST(ForeignContent, AnimatedWebp) {
    using namespace std::string_view_literals;
    EXPECT_TRUE(is_animated_webp(bytes("RIFF....WEBPVP8X\x0A\0\0\0\x02\0\0\0"sv)));
    EXPECT_TRUE(is_animated_webp(bytes("RIFF....WEBPVP8X\x0A\0\0\0\x12\0\0\0"sv)));
    EXPECT_FALSE(is_animated_webp(bytes("RIFF....WEBPVP8X\x0A\0\0\0\x10\0\0\0"sv)));
    EXPECT_FALSE(is_animated_webp(bytes("RIFF....WEBPVP8 \x02\x02\x02\x02\x02\x02"sv)));
    EXPECT_FALSE(is_animated_webp(bytes("RIFF....WEBPVP8X"sv)));
}

}  // namespace
}  // namespace yolo::image
