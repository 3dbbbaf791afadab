// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <png.h>

#include <yolo/error.hpp>

#include "codec_support.hpp"
#include "image/codec.hpp"
#include "image/png_codec.hpp"

namespace yolo::image {
namespace {

using test::Bytes;
using test::decode_with_opencv;
using test::message_of;
using test::same_pixels;
using test::soft_picture;
using testing::HasSubstr;

/// How a PNG is stored; its samples are a pattern of `depth` bits.
struct Layout {
    int depth, colour;
    bool interlaced = false;
    int orientation = 0;       ///< of an EXIF chunk
    bool transparent = false;  ///< a tRNS chunk for layouts without alpha
};

constexpr int png_height = 13, png_width = 21;

int channels(int colour) {
    return colour == PNG_COLOR_TYPE_RGB_ALPHA    ? 4
           : colour == PNG_COLOR_TYPE_RGB        ? 3
           : colour == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                                 : 1;
}

/// Sample (0..2^depth-1) of a pixel's channel; alpha (the last of 2 or 4) is 0 in half of the pixels.
unsigned sample(const Layout& layout, int y, int x, int c) {
    const int n = channels(layout.colour);
    const unsigned largest = (1U << layout.depth) - 1;
    if (n % 2 == 0 && c == n - 1) return x % 2 == 0 ? 0 : largest;
    return (static_cast<unsigned>(y * 37 + x * 11 + c * 71) * 0x0101U + static_cast<unsigned>(x)) & largest;
}

Bytes write_png(const Layout& layout) {
    Bytes out;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(
        png, &out,
        [](png_structp p, png_bytep data, std::size_t size) {
            auto* bytes = static_cast<Bytes*>(png_get_io_ptr(p));
            const auto* begin = reinterpret_cast<const std::byte*>(data);
            bytes->insert(bytes->end(), begin, begin + size);
        },
        nullptr);
    png_set_IHDR(png, info, png_width, png_height, layout.depth, layout.colour,
                 layout.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (layout.colour == PNG_COLOR_TYPE_PALETTE) {
        std::vector<png_color> palette(std::size_t{1} << layout.depth);
        for (std::size_t i = 0; i < palette.size(); ++i) {
            palette[i] = {static_cast<png_byte>(i), static_cast<png_byte>(255 - i),
                          static_cast<png_byte>(i * 7)};
        }
        png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
        const png_byte alpha[2] = {0, 128};
        if (layout.transparent) png_set_tRNS(png, info, alpha, 2, nullptr);
    } else if (layout.transparent) {
        const png_color_16 colour{0, 1, 1, 1, 1};
        png_set_tRNS(png, info, nullptr, 0, &colour);
    }
    Bytes exif = test::orientation_block(layout.orientation, false);
    if (layout.orientation > 0) {
        png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()),
                       reinterpret_cast<png_bytep>(exif.data()));
    }
    png_write_info(png, info);
    png_set_packing(png);  // samples below 8 bits are given one a byte
    if (layout.depth == 16) png_set_swap(png);
    const int n = channels(layout.colour);
    std::vector<std::vector<png_byte>> rows;
    for (int y = 0; y < png_height; ++y) {
        auto& row = rows.emplace_back();
        for (int x = 0; x < png_width; ++x) {
            for (int c = 0; c < n; ++c) {
                const unsigned value = sample(layout, y, x, c);
                row.push_back(static_cast<png_byte>(value & 0xFF));
                if (layout.depth == 16) row.push_back(static_cast<png_byte>(value >> 8));
            }
        }
    }
    std::vector<png_bytep> addresses;
    for (auto& row : rows) addresses.push_back(row.data());
    png_write_image(png, addresses.data());
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return out;
}

/// BGR as the rules of the project say: grey repeated, alpha dropped, the upper 8 of 16 bits, small depths
/// spread.
cv::Vec3b expected(const Layout& layout, int y, int x) {
    const auto byte = [&](int c) {
        const unsigned value = sample(layout, y, x, c);
        return static_cast<uchar>(layout.depth == 16 ? value >> 8 : value * 255 / ((1U << layout.depth) - 1));
    };
    if (layout.colour == PNG_COLOR_TYPE_PALETTE) {
        const auto i = static_cast<uchar>(sample(layout, y, x, 0));
        return {static_cast<uchar>(i * 7), static_cast<uchar>(255 - i), i};
    }
    if (channels(layout.colour) < 3) return {byte(0), byte(0), byte(0)};
    return {byte(2), byte(1), byte(0)};
}

void check(const Layout& layout) {
    SCOPED_TRACE(testing::Message() << "depth " << layout.depth << " colour " << layout.colour
                                    << " interlaced " << layout.interlaced << " transparent "
                                    << layout.transparent);
    const cv::Mat read = decode_image(write_png(layout), "x");
    ASSERT_EQ(read.size(), cv::Size(png_width, png_height));
    for (int y = 0; y < png_height; ++y) {
        for (int x = 0; x < png_width; ++x)
            ASSERT_EQ(read.at<cv::Vec3b>(y, x), expected(layout, y, x)) << x << "," << y;
    }
}

TEST(PngCodec, EveryLayout) {
    const std::vector<std::pair<int, std::vector<int>>> depths{{PNG_COLOR_TYPE_GRAY, {1, 2, 4, 8, 16}},
                                                               {PNG_COLOR_TYPE_PALETTE, {1, 2, 4, 8}},
                                                               {PNG_COLOR_TYPE_RGB, {8, 16}},
                                                               {PNG_COLOR_TYPE_GRAY_ALPHA, {8, 16}},
                                                               {PNG_COLOR_TYPE_RGB_ALPHA, {8, 16}}};
    for (const auto& [colour, allowed] : depths) {
        for (const int depth : allowed) {
            for (const bool interlaced : {false, true}) {
                check({depth, colour, interlaced});
                if (channels(colour) % 2 == 1) check({depth, colour, interlaced, 0, true});
            }
        }
    }
}

TEST(PngCodec, AppliesEveryExifOrientation) {
    const cv::Mat plain = decode_image(write_png({8, PNG_COLOR_TYPE_RGB}), "x");
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const cv::Mat read = decode_image(write_png({8, PNG_COLOR_TYPE_RGB, false, orientation}), "x");
        EXPECT_TRUE(same_pixels(test::stored_as(read, orientation), plain)) << orientation;
    }
}

TEST(PngCodec, WritesWhatItReads) {
    const cv::Mat picture = soft_picture(31, 45);
    Bytes bytes;
    encode_png(picture, bytes);
    EXPECT_TRUE(same_pixels(decode_image(bytes, "x"), picture));
    EXPECT_TRUE(same_pixels(decode_with_opencv(bytes), picture));
    encode_png(cv::Mat(4, 5, CV_8U, cv::Scalar(77)), bytes);
    EXPECT_EQ(decode_image(bytes, "x").at<cv::Vec3b>(3, 4), cv::Vec3b(77, 77, 77));
    encode_png(cv::Mat(4, 5, CV_8UC4, cv::Scalar(1, 2, 3, 0)), bytes);
    EXPECT_EQ(decode_image(bytes, "x").at<cv::Vec3b>(3, 4), cv::Vec3b(1, 2, 3));
}

TEST(PngCodec, ATruncatedStreamIsAnError) {
    const Bytes bytes = write_png({8, PNG_COLOR_TYPE_RGB});
    for (std::size_t size = 8; size < bytes.size(); ++size) {
        ASSERT_THAT(message_of([&] { decode_image(std::span(bytes).first(size), "cut.png"); }),
                    testing::AllOf(HasSubstr("cut.png"), HasSubstr("truncated")))
            << size;
    }
}

TEST(PngCodec, ABrokenChecksumIsAnError) {
    Bytes bytes = write_png({8, PNG_COLOR_TYPE_RGB});
    bytes[bytes.size() - 14] ^= std::byte{1};  // of the pixel data: the end chunk takes 12 bytes
    EXPECT_THAT(message_of([&] { decode_image(bytes, "x"); }), HasSubstr("damaged"));
}

TEST(PngCodec, DamageNeverCrashes) {
    const Bytes bytes = write_png({8, PNG_COLOR_TYPE_PALETTE, true, 6, true});
    for (std::size_t i = 8; i < bytes.size(); ++i) {
        for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
            Bytes damaged = bytes;
            damaged[i] ^= std::byte(flip);
            try {
                EXPECT_EQ(decode_image(damaged, "x").type(), CV_8UC3);
            } catch (const Error&) {
            }
        }
    }
}

}  // namespace
}  // namespace yolo::image
