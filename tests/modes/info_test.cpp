// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "graph/model_spec.hpp"
#include "modes/info_text.hpp"

namespace yolo::modes {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string summary(const std::string& model, const std::string& key = "", const Value& value = {}) {
    Config config;
    config.set_mode(Mode::predict);
    config.set("model", model);
    if (!key.empty()) config.set(key, value);
    return model_summary(config);
}

TEST(Info, prints_the_layers_as_users_know_them) {
    const std::string table = layer_table(graph::build_graph(graph::read_model_spec("yolov8n.yaml")));
    EXPECT_THAT(table, HasSubstr("  0                -1    1         464  Conv             [3, 16, 3, 2]\n"));
    EXPECT_THAT(table, HasSubstr(" 11           [-1, 6]    1           0  Concat           [1]\n"));
    EXPECT_THAT(table,
                HasSubstr(" 22      [15, 18, 21]    1      897664  Detect           [80, [64, 128, 256]]\n"));
}

TEST(Info, prints_both_summary_lines) {
    EXPECT_THAT(
        summary("yolov8n.yaml"),
        AllOf(
            HasSubstr("YOLOv8n summary: 129 layers, 3,157,200 parameters, 3,157,184 gradients, 8.9 GFLOPs\n"),
            HasSubstr(
                "YOLOv8n summary (fused): 72 layers, 3,151,904 parameters, 0 gradients, 8.7 GFLOPs\n")));
}

TEST(Info, says_what_a_detector_expects) {
    const std::string text =
        summary("yolov8n-p6.yaml", "imgsz", ValueList{Value(std::int64_t{320}), Value(std::int64_t{500})});
    EXPECT_THAT(text, HasSubstr("task            detect\n"));
    EXPECT_THAT(text, HasSubstr("strides         8, 16, 32, 64\n"));
    EXPECT_THAT(text, HasSubstr("input size      320 x 512 (height x width)\n"));
    EXPECT_THAT(text, AllOf(HasSubstr("pad with grey 114 to 320 x 512"), HasSubstr("multiples of 64")));
    EXPECT_THAT(text, HasSubstr("RGB, value / 255 (0..1); no mean, no deviation; (N, 3, 320, 512) float32"));
    EXPECT_THAT(text, HasSubstr("one picture of 512 x 512"));
    EXPECT_THAT(text, HasSubstr("arena "));
}

TEST(Info, says_what_the_other_tasks_expect) {
    const std::string pose = summary("yolov8n-pose.yaml");
    EXPECT_THAT(pose, HasSubstr("kpt_shape [17, 3]: 17 points of x, y, visibility"));
    const std::string classify = summary("yolov8n-cls.yaml", "imgsz", Value(std::int64_t{224}));
    EXPECT_THAT(classify, HasSubstr("pre-processing  short side resized to 224, bilinear, antialiased"));
    EXPECT_THAT(classify, Not(HasSubstr("letterbox")));
}

TEST(Info, shows_the_first_names_of_many_classes) {
    ModelInfo info;
    info.names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"cat", "dog"});
    EXPECT_EQ(class_text(info), "2: 0 cat, 1 dog");
    info.names = std::make_shared<const std::vector<std::string>>(1000, "thing");
    EXPECT_THAT(class_text(info), AllOf(HasSubstr("1000: 0 thing, 1 thing"), HasSubstr("9 thing, ...")));
}

TEST(Info, refuses_a_model_that_is_not_there) {
    EXPECT_THROW((void)summary("no_such_model.pt"), Error);
    EXPECT_THROW((void)summary("no_such_model.yaml"), Error);
}

}  // namespace

}  // namespace yolo::modes
