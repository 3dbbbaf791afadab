// SPDX-License-Identifier: Apache-2.0
#include "formats/protobuf.hpp"

#include <bit>

#include <gmock/gmock.h>

#include "formats/bytes_of.hpp"

namespace yolo::test {
namespace {

using formats::ProtoField;
using formats::ProtoMessage;
using formats::ProtoReader;
using ::testing::ElementsAre;

std::vector<ProtoField> fields_of(std::span<const std::byte> message) {
    std::vector<ProtoField> fields;
    ProtoReader reader(message);
    while (const auto field = reader.next()) fields.push_back(*field);
    return fields;
}

TEST(Protobuf, BytesAreThoseOfTheSpecification) {  // its own examples: 150, "testing", a message of 150
    EXPECT_EQ(ProtoMessage().integer(1, 150).text(), "\x08\x96\x01");
    EXPECT_EQ(ProtoMessage().text(2, "testing").text(), "\x12\x07testing");
    EXPECT_EQ(ProtoMessage().message(3, std::move(ProtoMessage().integer(1, 150))).text(),
              "\x1a\x03\x08\x96\x01");
    EXPECT_EQ(ProtoMessage().integers(6, std::vector<std::int64_t>{3, 270, 86942}).text(),
              "\x32\x06\x03\x8e\x02\x9e\xa7\x05");
    EXPECT_EQ(ProtoMessage().integer(1, -1).size(), 11U);
}

TEST(Protobuf, WhatIsWrittenIsRead) {
    const formats::SharedBytes weights = bytes_of("raw weights");
    ProtoMessage inner;
    inner.text(1, "name").bytes(9, weights).integer(2, 7);
    ProtoMessage outer;
    outer.message(7, std::move(inner)).number(3, 1.5F).number(4, -2.25).bytes(5, weights);
    const std::string text = outer.text();
    EXPECT_EQ(text.size(), outer.size());

    const formats::SharedBytes file = bytes_of(text);
    const auto fields = fields_of(file.bytes);
    ASSERT_EQ(fields.size(), 4U);
    EXPECT_EQ(std::bit_cast<float>(static_cast<std::uint32_t>(fields[1].value)), 1.5F);
    EXPECT_EQ(std::bit_cast<double>(fields[2].value), -2.25);
    EXPECT_EQ(fields[3].text(), "raw weights");
    const auto inside = fields_of(fields[0].bytes);
    ASSERT_EQ(inside.size(), 3U);
    EXPECT_EQ(inside[0].text(), "name");
    EXPECT_EQ(inside[1].text(), "raw weights");
    EXPECT_EQ(inside[2].value, 7U);
}

TEST(Protobuf, AMessageCutShortIsRefusedWhereverItIsCut) {
    const std::string whole = ProtoMessage().text(1, "abcdef").number(2, 1.0).number(3, 1.0F).text();
    std::size_t refused = 0;
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const formats::SharedBytes part = bytes_of(whole.substr(0, size));
        try {
            fields_of(part.bytes);
        } catch (const Error&) {
            ++refused;
        }
    }
    EXPECT_EQ(refused, whole.size() - 1 - 2);  // but for the ends of its first two fields
}

TEST(Protobuf, WhatIsNoMessageIsRefused) {
    for (const std::string& bytes :
         {std::string("\x0b"), std::string("\x02\x01", 2), std::string(11, '\xff')})
        EXPECT_THROW(fields_of(bytes_of(bytes).bytes), Error);
}

}  // namespace
}  // namespace yolo::test
