// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/picture_header.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "data/dataset_support.hpp"
#include "support/golden.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using image::ImageFormat;
using test::error_of;
using test::scratch_dir;
using test::write_picture;
using test::write_text;
using ::testing::HasSubstr;

PictureHeader header_of(const std::string& bytes) {
    return read_picture_header(std::as_bytes(std::span(bytes)));
}

TEST(PictureHeader, EveryFormatSaysItsSize) {
    const std::vector<std::pair<ImageFormat, std::string>> pictures = {
        {ImageFormat::bmp, "BM"s + std::string(12, '\0') + "\x28\0\0\0\x10\0\0\0\x0C\0\0\0"s},
        {ImageFormat::bmp,
         "BM"s + std::string(12, '\0') + "\x28\0\0\0\x10\0\0\0\xF4\xFF\xFF\xFF"s},  // top down
        {ImageFormat::bmp, "BM"s + std::string(12, '\0') + "\x0C\0\0\0\x10\0\x0C\0"s},
        {ImageFormat::webp, "RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x0F\0\0\x0B\0\0\0"s},
        {ImageFormat::webp, "RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2F\x0F\xC0\x02\0"s},
        {ImageFormat::webp, "RIFF\0\0\0\0WEBPVP8 \0\0\0\0\x30\x01\0\x9D\x01\x2A\x10\0\x0C\0"s},
        {ImageFormat::jp2, "\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x16jp2h\0\0\0\x16ihdr\0\0\0\x0C\0\0\0\x10"s},
        {ImageFormat::jp2, "\xFF\x4F\xFF\x51\0\x29\0\0\0\0\0\x11\0\0\0\x0E\0\0\0\x01\0\0\0\x02"s},
        {ImageFormat::tiff,
         "II*\0\x08\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0\x10\0\0\0\x01\x01\x03\0\x01\0\0\0\x0C\0\0\0"s},
        {ImageFormat::tiff,
         "II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0"
         "\0\x01\x03\0\x01\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0"
         "\x01\x01\x10\0\x01\0\0\0\0\0\0\0\x0C\0\0\0\0\0\0\0"s},
        {ImageFormat::tiff,
         "MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x02"
         "\x01\0\0\x03\0\0\0\0\0\0\0\x01\0\x10\0\0\0\0\0\0"
         "\x01\x01\0\x04\0\0\0\0\0\0\0\x01\0\0\0\x0C\0\0\0\0"s},
        {ImageFormat::jpeg, "\xFF\xD8\xFF\xE0\0\x04zz\xFF\xC2\0\x11\x08\0\x0C\0\x10\x03"s}};
    for (const auto& [format, bytes] : pictures) {
        SCOPED_TRACE(image::to_string(format));
        const PictureHeader header = header_of(bytes);
        EXPECT_EQ(header.format, format);
        EXPECT_EQ(header.upright(), (Size{12, 16}));
        // Cut anywhere it is refused, or still says the same: never anything else, never past its end.
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            try {
                EXPECT_EQ(header_of(bytes.substr(0, size)).size, header.size);
            } catch (const Error&) {
                continue;
            }
        }
    }
}

TEST(PictureHeader, AgreesWithTheDecoder) {
    const fs::path folder = scratch_dir();
    for (const char* name : {"a.png", "a.jpg"}) {
        write_picture(folder / name, 90, 33, 21);
        EXPECT_EQ(check_picture(folder / name), (Size{21, 33}));
    }
}

TEST(PictureHeader, RefusesImpossibleSizes) {
    EXPECT_THAT(
        error_of([] { header_of("BM"s + std::string(12, '\0') + "\x28\0\0\0\xFF\xFF\xFF\x7F\xFF\0\0\0"s); }),
        HasSubstr("pixels"));
    EXPECT_THAT(error_of([] { header_of("GIF89a\x10\0\x10\0"s); }), HasSubstr("GIF"));
    EXPECT_THAT(error_of([] { header_of("P6 16 16 255\n"s); }), HasSubstr("known format"));
    EXPECT_THAT(error_of([] { header_of(""s); }), HasSubstr("empty"));
}

TEST(PictureCheck, CutAndDamagedFiles) {
    const fs::path folder = scratch_dir();
    write_picture(folder / "a.jpg", 90, 64, 48);
    write_picture(folder / "a.png", 90, 64, 48);
    const std::string jpeg = read_text(folder / "a.jpg"), png = read_text(folder / "a.png");
    const auto check = [&](const std::string& name, const std::string& bytes) {
        write_text(folder / name, bytes);
        return error_of([&] { check_picture(folder / name); });
    };
    EXPECT_EQ(check("b.jpg", jpeg + "behind"), "no error");
    EXPECT_THAT(check("b.jpg", jpeg.substr(0, jpeg.size() - 2)), HasSubstr("truncated"));
    EXPECT_THAT(check("b.jpg", jpeg.substr(0, jpeg.size() / 2)), HasSubstr("JPEG"));
    EXPECT_EQ(check("b.png", png + "behind"), "no error");
    EXPECT_THAT(check("b.png", png.substr(0, png.size() - 1)), HasSubstr("truncated"));
    std::string wrong = png;
    wrong[wrong.size() - 20] ^= 1;
    EXPECT_THAT(check("b.png", wrong), HasSubstr("checksum"));
    EXPECT_EQ(read_text(folder / "b.png"), wrong);  // never mended on disk
    write_picture(folder / "small.png", 90, 9, 40);
    EXPECT_THAT(error_of([&] { check_picture(folder / "small.png"); }), HasSubstr("9x40 is below 10 pixels"));
    EXPECT_THAT(error_of([&] { check_picture(folder / "absent.png"); }), HasSubstr("there is no such file"));
}

}  // namespace

}  // namespace yolo::data
