// SPDX-License-Identifier: Apache-2.0
#include "core/json.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

TEST(Json, ReadsYamlScalarsAsTheirTypes) {
    const Json data = parse_yaml(
        "a: 1\nb: 0.5\nc: true\nd: null\ne: text\nf: '1'\ng: [1, x]\nh: {i: -2}\nk: 1e-3\nl:\n", "t");
    EXPECT_EQ(
        data.dump(),
        R"({"a":1,"b":0.5,"c":true,"d":null,"e":"text","f":"1","g":[1,"x"],"h":{"i":-2},"k":0.001,"l":null})");
}

TEST(Json, NamesThePlaceOfAYamlError) {
    EXPECT_THAT([] { parse_yaml("a: 1\nb: [1, 2\n", "x.yaml"); },
                ::testing::ThrowsMessage<Error>(
                    ::testing::AllOf(::testing::HasSubstr("x.yaml"), ::testing::HasSubstr("line"))));
    EXPECT_THROW(parse_yaml(std::string(5000, '[') + std::string(5000, ']'), "deep.yaml"), Error);
    EXPECT_THROW(parse_json("{", "x.json"), Error);
}

}  // namespace
}  // namespace yolo
