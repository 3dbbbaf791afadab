// SPDX-License-Identifier: Apache-2.0
#include "core/json.hpp"

#include <limits>
#include <utility>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

TEST(Json, ReadsYamlScalarsAsTheirTypes) {
    const Json data = parse_yaml(
        "a: 1\nb: 0.5\nc: true\nd: null\ne: text\nf: '1'\ng: [1, x]\nh: {i: -2}\nk: 1.0e-3\nl:\n", "t");
    EXPECT_EQ(
        data.dump(),
        R"({"a":1,"b":0.5,"c":true,"d":null,"e":"text","f":"1","g":[1,"x"],"h":{"i":-2},"k":0.001,"l":null})");
}

TEST(Json, BytesThatAreNoTextDoNotEndTheWriting) {
    const Json names = {{"0", "caf\xE9"}, {"1", "\xCD"}};
    EXPECT_EQ(json_text(names), "{\"0\":\"caf\xEF\xBF\xBD\",\"1\":\"\xEF\xBF\xBD\"}");
    EXPECT_EQ(json_text({1, 2}, 1), "[\n 1,\n 2\n]");
    EXPECT_EQ(text_or_json("a b"), "a b");
    EXPECT_EQ(text_or_json({1, "x"}), R"([1,"x"])");
}

TEST(Json, ResolvesPlainScalarsAsPythonsReaderDoes) {
    const std::pair<const char*, const char*> readings[] = {
        {"[y, n, Y, N, tRUE]", R"(["y","n","Y","N","tRUE"])"},
        {"[yes, No, ON, off, True, FALSE]", "[true,false,true,false,true,false]"},
        {"[008, 010, -0b11, 0x1F, 1_000, +7, 0]", R"(["008",8,-3,31,1000,7,0])"},
        {"[1e3, 1e-3, 1.0, 1., .5, -1.5e+3, 2.5e3]", R"(["1e3","1e-3",1.0,1.0,0.5,-1500.0,"2.5e3"])"},
        {"[-, +, --1, 1-2, 0x, 1__a, .e+1, _1]", R"(["-","+","--1","1-2","0x","1__a",".e+1","_1"])"},
        {"[99999999999999999999, 12:30, 1,5, nan]", R"(["99999999999999999999","12:30",1,5,"nan"])"},
        {"['yes', \"1\", ~, Null]", R"(["yes","1",null,null])"}};
    for (const auto& [yaml, json] : readings) EXPECT_EQ(parse_yaml(yaml, "t").dump(), json) << yaml;
    EXPECT_EQ(parse_yaml("-.inf", "t").get<double>(), -std::numeric_limits<double>::infinity());
}

TEST(Json, TellsKeysThatAreThereTwice) {
    std::vector<std::string> repeated;
    EXPECT_EQ(parse_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", "t", &repeated).dump(), R"({"a":3,"b":{"c":2}})");
    EXPECT_THAT(repeated, ::testing::UnorderedElementsAre("key a", "key c"));
}

TEST(Json, NamesThePlaceOfAYamlError) {
    EXPECT_THAT([] { parse_yaml("a: 1\nb: [1, 2\n", "x.yaml"); },
                ::testing::ThrowsMessage<Error>(
                    ::testing::AllOf(::testing::HasSubstr("x.yaml"), ::testing::HasSubstr("line"))));
    EXPECT_THAT([] { parse_yaml("names:\n\t0: cat\n", "x.yaml"); },
                ::testing::ThrowsMessage<Error>(::testing::HasSubstr("blanks, not tabs")));
    const std::pair<const char*, const char*> advice[] = {
        {"names:\n  0: red: dark\n", "a text that holds ': ' needs quotes"},
        {"train:images/train\nval:images/val\nnames: [a]\n", "a blank is missing behind a key's colon"},
        {"path: \"C:\\data\"\n", "write paths with /"},
        {"path: \"C:\\Users\"\n", "write paths with /"},
        {"names: [a, b\n", "a [ or { is not closed"}};
    for (const auto& [yaml, text] : advice)
        EXPECT_THAT(([yaml = yaml] { parse_yaml(yaml, "x.yaml"); }),
                    ::testing::ThrowsMessage<Error>(::testing::HasSubstr(text)))
            << yaml;
    const std::string bomb =
        "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
        "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
        "g: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    EXPECT_THAT([&] { parse_yaml(bomb, "x.yaml"); },
                ::testing::ThrowsMessage<Error>(::testing::HasSubstr("more than 2000000 values")));
    EXPECT_THROW(parse_yaml(std::string(5000, '[') + std::string(5000, ']'), "deep.yaml"), Error);
    EXPECT_THROW(parse_json("{", "x.json"), Error);
}

}  // namespace
}  // namespace yolo
