// SPDX-License-Identifier: Apache-2.0
#include "export/common/metadata.hpp"

#include <gmock/gmock.h>

#include "core/python_literal.hpp"

namespace yolo::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

exports::Metadata metadata_of(const std::vector<std::string>& names, const Json& model,
                              Task task = Task::detect) {
    ModelInfo info;
    info.task = task;
    info.names = std::make_shared<const std::vector<std::string>>(names);
    info.stride = {8, 16, 32};
    info.kpt_shape = {17, 3};
    info.description = "YOLOv8n";
    return exports::file_metadata({.info = info,
                                   .model = model,
                                   .head = "Detect",
                                   .size = {480, 640},
                                   .batch = 2,
                                   .arguments = {{"batch", 2}, {"dynamic", false}, {"opset", nullptr}},
                                   .now = "2026-11-30T12:00:00.000000+01:00"});
}

TEST(Metadata, KeysStandInTheOrderThatReadersKnow) {
    const auto texts = exports::as_python(metadata_of({"a", "b"}, Json::object(), Task::pose));
    std::vector<std::string> keys;
    for (const auto& [key, text] : texts) keys.push_back(key);
    EXPECT_THAT(keys, ElementsAre("description", "date", "version", "stride", "task", "head", "batch",
                                  "imgsz", "names", "args", "channels", "end2end", "kpt_shape"));
    EXPECT_THAT(texts,
                AllOf(Contains(Pair("names", "{0: 'a', 1: 'b'}")), Contains(Pair("imgsz", "[480, 640]")),
                      Contains(Pair("stride", "32")), Contains(Pair("end2end", "False")),
                      Contains(Pair("args", "{'batch': 2, 'dynamic': False, 'opset': None}")),
                      Contains(Pair("kpt_shape", "[17, 3]"))));
}

TEST(Metadata, WhateverANameHoldsItIsQuotedAsPythonDoes) {
    const auto names = [](const std::string& name) { return python_numbered(Json{name}); };
    EXPECT_EQ(names("it's"), "{0: \"it's\"}");
    EXPECT_EQ(names("say \"hi\""), "{0: 'say \"hi\"'}");
    EXPECT_EQ(names("both ' and \""), "{0: 'both \\' and \"'}");
    EXPECT_EQ(names("a\\b\nc"), "{0: 'a\\\\b\\nc'}");
    EXPECT_EQ(names("Stra\xc3\x9f"
                    "e: \xe7\x8c\xab"),
              "{0: 'Stra\xc3\x9f"
              "e: \xe7\x8c\xab'}");
}

TEST(Metadata, AuthorAndLicenceAreTheModelsOwn) {
    const auto texts = exports::as_python(metadata_of(
        {"a"}, {{"author", "Ada"}, {"license", "CC-BY-4.0"}, {"train_args", {{"data", "coco.yaml"}}}}));
    EXPECT_THAT(texts, AllOf(Contains(Pair("author", "Ada")), Contains(Pair("license", "CC-BY-4.0")),
                             Contains(Pair("description", "YOLOv8n model trained on coco.yaml"))));
    const auto of_package = exports::as_python(
        metadata_of({"a"}, {{"license", "AGPL-3.0 License (https://ultralytics.com/license)"}}));
    EXPECT_THAT(of_package, Not(Contains(Key("license"))));
}

TEST(Metadata, JsonAndYamlHoldNamesByNumber) {
    const exports::Metadata metadata = metadata_of({"a: b", "\"c\""}, Json::object());
    EXPECT_EQ(parse_json(exports::as_json(metadata), "json").at("names"),
              Json({{"0", "a: b"}, {"1", "\"c\""}}));
    const Json yaml = parse_yaml(exports::as_yaml(metadata), "yaml");
    EXPECT_EQ(yaml.at("names").at("0"), "a: b");
    EXPECT_EQ(yaml.at("names").at("1"), "\"c\"");
    EXPECT_EQ(yaml.at("imgsz"), Json({480, 640}));
}

}  // namespace
}  // namespace yolo::test
