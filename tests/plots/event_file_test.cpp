// SPDX-License-Identifier: Apache-2.0
#include "plots/event_file.hpp"

#include <cstring>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "plots/crc32c.hpp"
#include "support/golden.hpp"

namespace yolo::plots {
namespace {

TEST(Crc32c, known_values) {
    EXPECT_EQ(crc32c("123456789"), 0xe3069283u);              // the polynomial's check value
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);    // RFC 3720, B.4
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);  // RFC 3720, B.4
}

template <class T>
T number_at(const std::string& bytes, std::size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

/// The messages of a file; the checksums must be right.
std::vector<std::string> messages(const std::string& bytes) {
    std::vector<std::string> result;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto length = number_at<std::uint64_t>(bytes, at);
        EXPECT_EQ(number_at<std::uint32_t>(bytes, at + 8), masked_crc32c(bytes.substr(at, 8)));
        result.push_back(bytes.substr(at + 12, length));
        EXPECT_EQ(number_at<std::uint32_t>(bytes, at + 12 + length), masked_crc32c(result.back()));
        at += 16 + length;
    }
    return result;
}

TEST(EventFile, a_version_and_a_record_per_epoch) {
    RunFiles files(test::scratch_dir() / "run");
    EventFile file(files);
    EXPECT_THAT(file.path().filename().string(), testing::StartsWith("events.out.tfevents."));
    const std::vector<NamedScalar> scalars{{"train/box_loss", 1.5}, {"lr/pg0", -2}};
    file.add(300, scalars);
    const auto found = messages(read_text(file.path()));  // while it is still open
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].substr(0, 1), "\x09");  // field 1, eight bytes: the time
    EXPECT_GT(number_at<double>(found[0], 1), 1.7e9);
    EXPECT_EQ(found[0].substr(9),
              "\x1a\x0d"
              "brain.Event:2");
    const std::string expected = std::string("\x10\xac\x02", 3) +                         // step 300
                                 std::string("\x2a\x26", 2) +                             // summary
                                 std::string("\x0a\x15\x0a\x0e", 4) + "train/box_loss" +  // value, tag
                                 std::string("\x15\x00\x00\xc0\x3f", 5) +                 // 1.5
                                 std::string("\x0a\x0d\x0a\x06", 4) + "lr/pg0" +          //
                                 std::string("\x15\x00\x00\x00\xc0", 5);                  // -2
    EXPECT_EQ(found[1].substr(9), expected);
}

TEST(EventFile, an_impossible_folder_is_an_error) {
    RunFiles files("/proc/nothing");
    EXPECT_THROW(EventFile{files}, Error);
}

}  // namespace
}  // namespace yolo::plots
