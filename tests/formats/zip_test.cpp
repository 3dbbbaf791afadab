// SPDX-License-Identifier: Apache-2.0
#include "formats/zip/zip.hpp"

#include <gmock/gmock.h>

#include "formats/bytes_of.hpp"
#include "formats/zip_writer.hpp"

namespace yolo::test {
namespace {

using formats::Allowance;
using formats::SharedBytes;
using formats::ZipArchive;
using ::testing::HasSubstr;

constexpr std::size_t usual = 1000;

std::string read(const std::string& file, std::string_view name) {
    Allowance allowance(file.size());
    return std::string(ZipArchive(bytes_of(file)).read(name, allowance).text());
}

TEST(Zip, EveryWayOfStoringGivesTheContentBack) {
    const std::string content = "the quick brown fox the quick brown fox the quick brown fox";
    for (int bits = 0; bits < 16; ++bits) {
        const ZipItem item = {.name = "a/b",
                              .content = content,
                              .deflate = (bits & 1) != 0,
                              .descriptor = (bits & 2) != 0,
                              .zip64 = (bits & 4) != 0};
        const std::string file =
            ZipWriter::write({{.name = "first", .content = "x"}, item}, (bits & 8) != 0, "a comment");
        EXPECT_EQ(read(file, "a/b"), content) << bits;
        EXPECT_EQ(read(file, "first"), "x") << bits;
    }
}

TEST(Zip, StoredEntriesAreViewsOfTheFile) {
    const SharedBytes file = bytes_of(ZipWriter::write({{.name = "a", .content = "content"}}));
    Allowance allowance(file.bytes.size());
    const SharedBytes content = ZipArchive(file).read("a", allowance);
    EXPECT_GE(content.bytes.data(), file.bytes.data());
    EXPECT_LT(content.bytes.data(), file.bytes.data() + file.bytes.size());
    EXPECT_EQ(content.owner, file.owner);
}

TEST(Zip, EveryTruncationIsAnError) {
    const std::string file =
        ZipWriter::write({{.name = "a", .content = "content"}, {.name = "b", .content = "more"}}, true);
    for (std::size_t size = 0; size < file.size(); ++size) {
        EXPECT_THROW(read(file.substr(0, size), "a"), Error) << size;
    }
}

TEST(Zip, RefusesWhatItCannotReadAndSaysSo) {
    const auto message = [](const ZipItem& item) {
        return error_of([&] { read(ZipWriter::write({item}), item.name); });
    };
    EXPECT_THAT(message({.name = "a", .content = "x", .flags = 1}), HasSubstr("encrypted"));
    EXPECT_THAT(message({.name = "a", .content = "x", .method = 12}), HasSubstr("compression method 12"));
    EXPECT_THAT(message({.name = "a", .content = "x", .header_offset = 5}), HasSubstr("outside"));
    EXPECT_THAT(message({.name = "a", .content = "x", .header_offset = 0xFFFFFF00U}), HasSubstr("outside"));
    EXPECT_THAT(message({.name = "a", .content = "x", .size = 2}), HasSubstr("two different sizes"));
    EXPECT_THAT(message({.name = "a", .content = "not deflated", .method = 8}), HasSubstr("damaged"));
    EXPECT_THAT(error_of([] { read(ZipWriter::write({{.name = "a", .content = "x"}}), "b"); }),
                HasSubstr("no entry 'b'"));
    EXPECT_THAT(
        error_of([] {
            read(ZipWriter::write({{.name = "a", .content = "x"}, {.name = "a", .content = "y"}}), "a");
        }),
        HasSubstr("'a' twice"));
}

TEST(Zip, DamagedCompressedDataIsFoundByItsChecksum) {
    std::string file =
        ZipWriter::write({{.name = "a", .content = std::string(100, 'x') + "abcdefgh", .deflate = true}});
    const std::size_t inside = 30 + 1 + 3;  // local header, name, some bytes
    file[inside] = static_cast<char>(file[inside] ^ 0x10);
    EXPECT_THROW(read(file, "a"), Error);
}

TEST(Zip, BombsAreRefused) {
    const std::string zeros(std::size_t{200} << 20U, '\0');  // 200 KB when deflated
    const std::string file = ZipWriter::write({{.name = "a", .content = zeros, .deflate = true}});
    ASSERT_LT(file.size(), std::size_t{1} << 20U);
    EXPECT_THAT(error_of([&] { read(file, "a"); }), HasSubstr("decompression bomb"));

    const std::string liar =
        ZipWriter::write({{.name = "a", .content = "x", .deflate = true, .size = 1U << 20U}});
    EXPECT_THAT(error_of([&] { read(liar, "a"); }), HasSubstr("cannot reach"));
    const std::string small_liar =
        ZipWriter::write({{.name = "a", .content = "xyz", .deflate = true, .size = 2}});
    EXPECT_THROW(read(small_liar, "a"), Error);
}

TEST(Zip, ManyEntriesOnTheSameDataSpendTheSameAllowance) {
    const std::string megabytes(std::size_t{30} << 20U, 'x');
    std::vector<ZipItem> items = {{.name = "0", .content = megabytes, .deflate = true}};
    const std::string file = ZipWriter::write(items);
    Allowance allowance(file.size());
    const ZipArchive archive(bytes_of(file));
    archive.read("0", allowance);
    archive.read("0", allowance);
    EXPECT_THAT(error_of([&] { archive.read("0", allowance); }), HasSubstr("decompression bomb"));
}

TEST(Zip, OverlappingStoredEntriesAreHarmless) {
    const std::string file = ZipWriter::write(
        {{.name = "a", .content = "content"}, {.name = "b", .content = "content", .header_offset = 0}});
    EXPECT_EQ(read(file, "b"), "content");
}

TEST(Zip, AnythingElseIsNotAZip) {
    EXPECT_FALSE(ZipArchive::is_zip(bytes_of("").bytes));
    EXPECT_FALSE(ZipArchive::is_zip(bytes_of("PK\x03").bytes));
    EXPECT_THAT(error_of([] { read(std::string("PK\x03\x04") + std::string(usual, 'x'), "a"); }),
                HasSubstr("cut short"));
}

}  // namespace
}  // namespace yolo::test
