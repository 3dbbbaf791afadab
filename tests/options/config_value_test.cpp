// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <yolo/config.hpp>

namespace yolo {
namespace {

struct Parsed {
    const char* text;
    Value value;
};

const Value i640 = 640, i480 = 480;

const Parsed parsed_texts[] = {
    // words
    {"none", {}},
    {"None", {}},
    {"NONE", {}},
    {"true", true},
    {"TRUE", true},
    {"False", false},
    // integers
    {"0", 0},
    {"640", 640},
    {"-1", -1},
    {"+7", 7},
    {"1_000", 1000},
    {"0x10", 16},
    {"0b101", 5},
    {"0o17", 15},
    {"00", 0},
    {"9223372036854775807", std::int64_t{9223372036854775807}},
    {"9223372036854775808", 9223372036854775808.0},
    // reals
    {"0.25", 0.25},
    {".5", 0.5},
    {"5.", 5.0},
    {"1e2", 100.0},
    {"1E-3", 0.001},
    {"-2.5e+1", -25.0},
    // texts that only look like numbers
    {"007", std::string("007")},
    {"1__0", std::string("1__0")},
    {"_1", std::string("_1")},
    {"1e", std::string("1e")},
    {"1.2.3", std::string("1.2.3")},
    {"inf", std::string("inf")},
    {"nan", std::string("nan")},
    {"-", std::string("-")},
    {"192.168.0.1", std::string("192.168.0.1")},
    {"0x", std::string("0x")},
    // lists and tuples
    {"[0, 2]", ValueList{0, 2}},
    {"(640,480)", ValueList{i640, i480}},
    {"640,480", ValueList{i640, i480}},
    {"640,", ValueList{i640}},
    {"[]", ValueList{}},
    {"()", ValueList{}},
    {"(5)", 5},
    {"[1,]", ValueList{1}},
    {"[0.5, None, True, 'a, b']", ValueList{0.5, Value(), true, std::string("a, b")}},
    {"[[1, 2], (3,)]", ValueList{ValueList{1, 2}, ValueList{3}}},
    {"[a, b]", std::string("[a, b]")},
    {"[1,,2]", std::string("[1,,2]")},
    {"a,b", std::string("a,b")},
    {"[1", std::string("[1")},
    {"](", std::string("](")},
    // quoted texts
    {"'none'", std::string("none")},
    {"\"7\"", std::string("7")},
    {"'it\\'s'", std::string("it's")},
    {"'open", std::string("'open")},
    // texts
    {"bus.jpg", std::string("bus.jpg")},
    {"  bus.jpg ", std::string("bus.jpg")},
    {"rtsp://host/a?b=c", std::string("rtsp://host/a?b=c")},
    {"", std::string("")},
};

TEST(ParseValue, ReadsLiteralsAndLeavesTheRestAsText) {
    for (const Parsed& item : parsed_texts) {
        EXPECT_EQ(parse_value(item.text), item.value)
            << item.text << " -> " << to_string(parse_value(item.text));
    }
}

TEST(ParseValue, SurvivesDeepNesting) {
    const std::string deep(100000, '[');
    EXPECT_EQ(parse_value(deep), Value(deep));
    const std::string closed = deep + std::string(100000, ']');
    EXPECT_EQ(parse_value(closed), Value(closed));
}

TEST(ToString, WritesWhatYamlReads) {
    EXPECT_EQ(to_string(Value()), "null");
    EXPECT_EQ(to_string(Value(true)), "true");
    EXPECT_EQ(to_string(Value(7)), "7");
    EXPECT_EQ(to_string(Value(1.0)), "1.0");
    EXPECT_EQ(to_string(Value(0.0005)), "0.0005");
    EXPECT_EQ(to_string(Value(1e-5)), "1.0e-05");
    EXPECT_EQ(to_string(Value(1e300)), "1.0e+300");
    EXPECT_EQ(to_string(Value(ValueList{0, 2.5, std::string("a")})), "[0, 2.5, a]");
}

}  // namespace
}  // namespace yolo
