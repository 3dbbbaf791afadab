// SPDX-License-Identifier: Apache-2.0
#include "image/codec.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "codec_support.hpp"
#include "core/files.hpp"
#include "image/exif.hpp"
#include "support/golden.hpp"

namespace yolo::image {
namespace {

namespace fs = std::filesystem;
using test::Bytes;
using test::message_of;
using test::same_pixels;
using test::scratch_dir;
using test::soft_picture;
using testing::AllOf;
using testing::HasSubstr;

Bytes bytes_of(std::string_view text) {
    const auto view = std::as_bytes(std::span(text.data(), text.size()));
    return {view.begin(), view.end()};
}

/// An uncompressed TIFF of one strip. `type_bytes` 1 or 2 a sample, little or big endian.
struct TiffLayout {
    int samples = 3, type_bytes = 1;
    bool little_endian = true;
    int orientation = 1;
    int extra = -1;  ///< ExtraSamples: 0 unspecified, 1 premultiplied alpha, 2 alpha
    int subfile = -1;
    bool dng = false;
    int sample_format = 0;  ///< SampleFormat of every channel: 2 signed, 3 floating-point; 0 not written
};

Bytes write_tiff(const cv::Mat& picture, const TiffLayout& layout) {
    Bytes out = bytes_of(layout.little_endian ? "II" : "MM");
    const auto number = [&](unsigned value, int size) {
        for (int i = 0; i < size; ++i) {
            out.push_back(std::byte(value >> 8 * (layout.little_endian ? i : size - 1 - i) & 0xFF));
        }
    };
    const auto pixels = static_cast<unsigned>(picture.rows * picture.cols);
    const unsigned data = 8, samples = static_cast<unsigned>(layout.samples);
    const unsigned data_size = pixels * samples * static_cast<unsigned>(layout.type_bytes);
    const unsigned depths = data + data_size;
    number(42, 2);
    const unsigned formats = depths + 2 * samples;
    number(formats + (layout.sample_format > 0 ? 2 * samples : 0), 4);  // the directory
    for (int y = 0; y < picture.rows; ++y) {
        for (int x = 0; x < picture.cols; ++x) {
            for (int c = 0; c < layout.samples; ++c) {
                const unsigned value =
                    c >= 3 ? 0 : picture.at<cv::Vec3b>(y, x)[layout.samples == 1 ? 0 : 2 - c];
                number(layout.type_bytes == 2 ? value << 8 | 0xFF : value, layout.type_bytes);
            }
        }
    }
    for (unsigned c = 0; c < samples; ++c) number(8U * static_cast<unsigned>(layout.type_bytes), 2);
    const auto sample_format = static_cast<unsigned>(layout.sample_format);
    for (unsigned c = 0; sample_format > 0 && c < samples; ++c) number(sample_format, 2);
    std::vector<std::array<unsigned, 4>> entries;  // tag, type, count, value
    if (layout.subfile >= 0) entries.push_back({254, 4, 1, static_cast<unsigned>(layout.subfile)});
    entries.push_back({256, 4, 1, static_cast<unsigned>(picture.cols)});
    entries.push_back({257, 4, 1, static_cast<unsigned>(picture.rows)});
    entries.push_back(samples == 1
                          ? std::array<unsigned, 4>{258, 3, 1, 8U * static_cast<unsigned>(layout.type_bytes)}
                      : samples == 2 ? std::array<unsigned, 4>{258, 3, 2, 0x00080008}
                                     : std::array<unsigned, 4>{258, 3, samples, depths});
    entries.push_back({259, 3, 1, 1});
    entries.push_back({262, 3, 1, samples < 3 ? 1U : 2U});
    entries.push_back({273, 4, 1, data});
    entries.push_back({274, 3, 1, static_cast<unsigned>(layout.orientation)});
    entries.push_back({277, 3, 1, samples});
    entries.push_back({278, 4, 1, static_cast<unsigned>(picture.rows)});
    entries.push_back({279, 4, 1, data_size});
    if (layout.extra >= 0) entries.push_back({338, 3, 1, static_cast<unsigned>(layout.extra)});
    if (sample_format > 0) entries.push_back({339, 3, samples, samples == 1 ? sample_format : formats});
    if (layout.dng) entries.push_back({0xC612, 1, 4, 0x00000401});
    number(static_cast<unsigned>(entries.size()), 2);
    for (const auto& [tag, type, count, value] : entries) {
        number(tag, 2);
        number(type, 2);
        number(count, 4);
        const bool is_short = type == 3 && count == 1;
        number(value, is_short ? 2 : 4);
        if (is_short) number(0, 2);
    }
    number(0, 4);
    return out;
}

TEST(Codec, ATiffThatIsNoPictureSaysWhy) {
    const cv::Mat picture = soft_picture(8, 12);
    const auto reason = [&](const TiffLayout& layout) {
        const Bytes file = write_tiff(picture, layout);
        return message_of([&] { decode_image(file, "x.tif"); });
    };
    for (const bool little_endian : {true, false}) {
        EXPECT_THAT(
            reason({.samples = 1, .type_bytes = 4, .little_endian = little_endian, .sample_format = 3}),
            HasSubstr("floating-point"));
        EXPECT_THAT(
            reason({.samples = 3, .type_bytes = 4, .little_endian = little_endian, .sample_format = 3}),
            HasSubstr("floating-point"));
        EXPECT_THAT(
            reason({.samples = 1, .type_bytes = 2, .little_endian = little_endian, .sample_format = 2}),
            HasSubstr("signed"));
        EXPECT_THAT(reason({.samples = 1, .type_bytes = 4, .little_endian = little_endian}),
                    HasSubstr("32 bits"));
    }
    EXPECT_THAT(reason({.samples = 5}), HasSubstr("5 channels"));
}

TEST(Codec, OtherFormatsComeThroughThePlugin) {
    const cv::Mat picture = soft_picture(40, 60);
    const fs::path folder = scratch_dir();
    for (const char* suffix : {"bmp", "tif", "tiff", "webp", "jp2", "jpg", "jpeg", "png", "PNG"}) {
        const fs::path path = folder / fmt::format("x.{}", suffix);
        write_image(path, picture);
        const cv::Mat read = read_image(path);
        ASSERT_EQ(read.size(), picture.size()) << suffix;
        EXPECT_LT(cv::norm(read, picture, cv::NORM_L1) / static_cast<double>(read.total() * 3), 3) << suffix;
    }
}

TEST(Codec, SixteenBitTiffKeepsTheUpperBits) {
    const cv::Mat picture = soft_picture(9, 14);
    for (const bool little_endian : {true, false}) {
        const auto bytes = write_tiff(picture, {.type_bytes = 2, .little_endian = little_endian});
        EXPECT_TRUE(same_pixels(decode_image(bytes, "x"), picture));
    }
}

TEST(Codec, TiffAlphaIsDroppedNotBlended) {
    const cv::Mat picture = soft_picture(9, 14);
    for (const bool little_endian : {true, false}) {
        for (const int extra : {0, 1, 2}) {
            const auto bytes =
                write_tiff(picture, {.samples = 4, .little_endian = little_endian, .extra = extra});
            EXPECT_TRUE(same_pixels(decode_image(bytes, "x"), picture)) << extra;
        }
    }
}

TEST(Codec, AppliesTheOrientationOfTiff) {
    const cv::Mat upright = soft_picture(9, 14);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const int type_bytes : {1, 2}) {
            const auto bytes = write_tiff(test::stored_as(upright, orientation),
                                          {.type_bytes = type_bytes, .orientation = orientation});
            EXPECT_TRUE(same_pixels(decode_image(bytes, "x"), upright))
                << orientation << " " << 8 * type_bytes << " bit";
        }
    }
}

TEST(Codec, AppliesTheOrientationOfWebp) {
    Bytes webp = test::encode_with_opencv(soft_picture(20, 30), ".webp");
    const cv::Mat plain = decode_image(webp, "x");
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const Bytes exif = test::orientation_block(orientation, true);
        // RIFF header, then an extended-format chunk that announces EXIF, the picture's chunk, and the EXIF
        // chunk.
        Bytes file = bytes_of("RIFF");
        const auto number = [&](std::size_t value, int size) {
            for (int i = 0; i < size; ++i) file.push_back(std::byte(value >> 8 * i & 0xFF));
        };
        number(4 + 18 + (webp.size() - 12) + 8 + exif.size(), 4);
        for (const auto byte : bytes_of("WEBPVP8X")) file.push_back(byte);
        number(10, 4);
        number(8, 4);  // flags: EXIF
        number(static_cast<std::size_t>(plain.cols) - 1, 3);
        number(static_cast<std::size_t>(plain.rows) - 1, 3);
        file.insert(file.end(), webp.begin() + 12, webp.end());
        for (const auto byte : bytes_of("EXIF")) file.push_back(byte);
        number(exif.size(), 4);
        file.insert(file.end(), exif.begin(), exif.end());
        EXPECT_TRUE(same_pixels(test::stored_as(decode_image(file, "x"), orientation), plain)) << orientation;
    }
}

TEST(Codec, SaysWhatIsWrong) {
    const fs::path folder = scratch_dir();
    EXPECT_THAT(message_of([&] { read_image(folder / "none.jpg"); }), HasSubstr("none.jpg"));
    write_file(folder / "empty.jpg", std::string_view());
    EXPECT_THAT(message_of([&] { read_image(folder / "empty.jpg"); }),
                AllOf(HasSubstr("empty.jpg"), HasSubstr("it is empty")));
    EXPECT_THAT(message_of([] { decode_image(bytes_of("hello"), "x.png"); }),
                HasSubstr("it holds text, no picture"));
    EXPECT_THAT(message_of([] { decode_image(bytes_of("\1\2\3\4"), "x.png"); }),
                HasSubstr("not a picture of a known format"));
    EXPECT_THAT(message_of([] { decode_image(bytes_of("GIF89a......."), "x.gif"); }), HasSubstr("GIF"));
    EXPECT_THAT(message_of([] {
                    decode_image(bytes_of(std::string_view("\0\0\0\x18"
                                                           "ftypheic\0\0\0\0",
                                                           16)),
                                 "x.heic");
                }),
                HasSubstr("HEIF"));
    EXPECT_THAT(message_of([] { decode_image(bytes_of("BM nothing more"), "x.bmp"); }), HasSubstr("BMP"));
    const auto raw = write_tiff(soft_picture(8, 8), {.subfile = 1, .dng = true});
    EXPECT_THAT(message_of([&] { decode_image(raw, "x.dng"); }), HasSubstr("DNG"));
    const auto developed = write_tiff(soft_picture(8, 8), {.subfile = 0, .dng = true});
    EXPECT_TRUE(same_pixels(decode_image(developed, "x.dng"), soft_picture(8, 8)));
}

TEST(Codec, WritesWholeOrNotAtAll) {
    const fs::path folder = scratch_dir();
    EXPECT_THAT(message_of([] { write_image("/proc/nowhere/x.jpg", soft_picture(4, 4)); }),
                HasSubstr("/proc/nowhere/x.jpg"));
    EXPECT_THAT(message_of([&] { write_image(folder / "x.xyz", soft_picture(4, 4)); }), HasSubstr("x.xyz"));
    EXPECT_THAT(message_of([&] { write_image(folder / "x.jpg", cv::Mat()); }), HasSubstr("x.jpg"));
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST(Exif, DamagedBlocksGiveNoOrientation) {
    const Bytes block = test::orientation_block(6, true);
    EXPECT_EQ(exif_orientation(block), 6);
    for (std::size_t size = 0; size < 20; ++size)
        EXPECT_EQ(exif_orientation(std::span(block).first(size)), 1) << size;
    Bytes far = block;
    far[7] = std::byte{0xFF};  // a directory far outside
    EXPECT_EQ(exif_orientation(far), 1);
    for (const int orientation : {0, 9, 255})
        EXPECT_EQ(exif_orientation(test::orientation_block(orientation, false)), 1);
}

}  // namespace
}  // namespace yolo::image
