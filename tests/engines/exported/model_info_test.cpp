// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/model_info.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "engines/exported/python_text.hpp"
#include "support/message_of.hpp"

namespace yolo::test {
namespace {

using engines::info_from_metadata;
using engines::Metadata;
using engines::parse_python_text;
using engines::traits_from_metadata;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names_of(const std::string& text) {
    return *info_from_metadata({{"task", "detect"}, {"names", text}}, "x.onnx").names;
}

TEST(PythonText, ReadsWhatPythonAndJsonWrite) {
    const auto same = [](const char* text, const char* json) {
        EXPECT_EQ(parse_python_text(text, "x"), Json::parse(json)) << text;
    };
    same("{'a': None, 'b': True, 'c': False, 1: (1, 2.5,), 'd': [-3, 1e3]}",
         R"({"a":null,"b":true,"c":false,"1":[1,2.5],"d":[-3,1000.0]})");
    same(R"({"a": null, "b": true, "c": [], "d": {}})", R"({"a":null,"b":true,"c":[],"d":{}})");
    same("()", "[]");
    same(R"( "it's" )", R"("it's")");
    same(R"('say "hi"\n\x41\u00e9\U0001F600\\')", R"("say \"hi\"\nA\u00e9\ud83d\ude00\\")");
    same(R"("\ud83d\ude00\/")", R"("\ud83d\ude00/")");
    same("'\xE7\x8C\xAB'", "\"\xE7\x8C\xAB\"");
}

TEST(PythonText, SaysWhereItBreaks) {
    for (const char* text :
         {"", "{", "{1", "{1:", "{1:2", "{1:2 3", "[1", "(1]", "'a", "'\\q'", "'\\x4'", "person", "1 2",
          "{[1]: 2}", "'\\ud800'", "99999999999999999999x", "{,}", "lambda: 1"})
        EXPECT_THAT(message_of([&] { parse_python_text(text, "x.onnx"); }), HasSubstr("x.onnx")) << text;
    EXPECT_THAT(message_of([] { parse_python_text("{0: 'a', 1 'b'}", "names"); }), HasSubstr("character 12"));
    EXPECT_NE(message_of([] { parse_python_text(std::string(100'000, '['), "x"); }), "");
}

TEST(ModelInfo, OfTheUsualMetadata) {
    const ModelInfo info = info_from_metadata({{"description", "YOLOv8n-pose model"},
                                               {"stride", "32"},
                                               {"task", "pose"},
                                               {"batch", "1"},
                                               {"imgsz", "[320, 448]"},
                                               {"names", "{0: 'person'}"},
                                               {"args", "{'batch': 1, 'nms': None}"},
                                               {"channels", "1"},
                                               {"end2end", "False"},
                                               {"kpt_shape", "[17, 3]"}},
                                              "x.onnx");
    EXPECT_EQ(info.task, Task::pose);
    EXPECT_THAT(*info.names, ElementsAre("person"));
    EXPECT_THAT(info.stride, ElementsAre(8, 16, 32));
    EXPECT_EQ(info.kpt_shape, (std::array{17, 3}));
    EXPECT_EQ(info.channels, 1);
    EXPECT_EQ(info.imgsz, 448);
    EXPECT_EQ(info.description, "YOLOv8n-pose model");
}

TEST(ModelInfo, NamesOfAnyLetters) {
    EXPECT_THAT(names_of(R"({0: "it's", 1: 'a "b"', 2: 'c: d, {e}', 3: 'two words', 4: '猫', 5: 'ёж\\'})"),
                ElementsAre("it's", "a \"b\"", "c: d, {e}", "two words", "猫", "ёж\\"));
    EXPECT_THAT(names_of(R"({"0": "person", "1": "caf\u00e9"})"), ElementsAre("person", "café"));
    EXPECT_THAT(names_of("['a', 'b']"), ElementsAre("a", "b"));
    EXPECT_THAT(names_of("{1: 'b', 0: 'a'}"), ElementsAre("a", "b"));
    EXPECT_THAT(names_of("{0: 7, 1: 'x'}"), ElementsAre("7", "x"));
}

TEST(ModelInfo, WhatIsMissingHasItsUsualValue) {
    const ModelInfo info = info_from_metadata({}, "x.onnx", Task::detect);
    EXPECT_EQ(info.task, Task::detect);
    EXPECT_EQ(info.names, nullptr);
    EXPECT_THAT(info.stride, ElementsAre(8, 16, 32));
    EXPECT_EQ(info.channels, 3);
    EXPECT_EQ(info.imgsz, 640);
    EXPECT_THAT(info_from_metadata({{"stride", "1"}}, "x", Task::classify).stride, ElementsAre(1));
    EXPECT_THAT(info_from_metadata({{"stride", "64"}}, "x", Task::detect).stride, ElementsAre(8, 16, 32, 64));
    EXPECT_EQ(info_from_metadata({{"task", "obb"}}, "x", Task::detect).task, Task::obb) << "its own wins";
    EXPECT_THAT(*engines::numbered_names(2), ElementsAre("class0", "class1"));
}

TEST(ModelInfo, SaysWhatIsWrong) {
    EXPECT_THAT(message_of<UsageError>([] { info_from_metadata({}, "x.onnx"); }),
                AllOf(HasSubstr("'x.onnx'"), HasSubstr("write task=detect")));
    const auto wrong = [](const char* key, const char* value) {
        Metadata metadata = {{"task", "pose"}, {"kpt_shape", "[17, 3]"}};
        metadata[key] = value;
        return message_of([&] { info_from_metadata(metadata, "x.onnx"); });
    };
    for (const auto& [key, value] :
         std::vector<std::pair<const char*, const char*>>{{"task", "find"},
                                                          {"names", "5"},
                                                          {"names", "{}"},
                                                          {"names", "{0: 'a', 2: 'b'}"},
                                                          {"names", "{'a': 0}"},
                                                          {"names", "{-1: 'a'}"},
                                                          {"names", "{0: None}"},
                                                          {"names", "{0: 'a'"},
                                                          {"stride", "0"},
                                                          {"stride", "[8, 'x']"},
                                                          {"imgsz", "[640, 1e9]"},
                                                          {"imgsz", "99999"},
                                                          {"channels", "3.5"},
                                                          {"kpt_shape", "[17]"},
                                                          {"kpt_shape", "[17, 4]"},
                                                          {"kpt_shape", ""}})
        EXPECT_THAT(wrong(key, value), AllOf(HasSubstr("'x.onnx'"), HasSubstr(key))) << key << " = " << value;
}

TEST(ModelTraits, OfTheMetadata) {
    const auto fixed = traits_from_metadata({{"batch", "4"}, {"imgsz", "[320, 448]"}}, "x");
    EXPECT_EQ(std::tuple(fixed.batch, fixed.height, fixed.width), std::tuple(4, 320, 448));
    EXPECT_EQ(fixed.output, OutputForm::decoded);
    const auto free = traits_from_metadata(
        {{"batch", "4"}, {"imgsz", "640"}, {"args", "{'dynamic': True, 'nms': True}"}}, "x");
    EXPECT_EQ(std::tuple(free.batch, free.height, free.width), std::tuple(0, 0, 0));
    EXPECT_EQ(free.output, OutputForm::final_rows);
    EXPECT_EQ(traits_from_metadata({{"end2end", "True"}}, "x").output, OutputForm::final_rows);
    EXPECT_NE(message_of([] { traits_from_metadata({{"batch", "0"}}, "x"); }), "");
}

}  // namespace
}  // namespace yolo::test
