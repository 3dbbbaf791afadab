// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/config.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string error_of(const char* key, const char* text) {
    try {
        Config config;
        config.set(key, parse_value(text));
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

/// What KEY=TEXT becomes.
std::string kept(const char* key, const char* text) {
    Config config;
    config.set(key, parse_value(text));
    return to_string(config.get(key));
}

TEST(Config, StartsAtTheDefaults) {
    const Config config;
    EXPECT_EQ(config.integer("epochs"), 100);
    EXPECT_DOUBLE_EQ(config.number("iou"), 0.7);
    EXPECT_TRUE(config.flag("save"));
    EXPECT_FALSE(config.flag("nms"));
    EXPECT_TRUE(config.get("conf").is_null());
    EXPECT_EQ(config.text("model"), "");
    EXPECT_EQ(config.text("tracker"), "tracktrack.yaml");
    EXPECT_THAT(config.integers("classes"), IsEmpty());
    EXPECT_FALSE(config.given("epochs"));
    EXPECT_THROW((void)config.number("conf"), UsageError);
    EXPECT_THROW((void)config.get("sorce"), UsageError);
}

TEST(Config, RefusesWrongValuesNamingKeyAndRange) {
    EXPECT_EQ(error_of("conf", "2"), "conf=2 is not possible: conf must be a number from 0 to 1");
    EXPECT_THAT(error_of("conf", "-0.1"), HasSubstr("from 0 to 1"));
    EXPECT_THAT(error_of("conf", "nan"), HasSubstr("from 0 to 1"));
    EXPECT_THAT(error_of("conf", "true"), HasSubstr("from 0 to 1"));
    EXPECT_THAT(error_of("iou", "none"), HasSubstr("iou=None"));
    EXPECT_THAT(error_of("epochs", "1.5"), HasSubstr("whole number of at least 1"));
    EXPECT_THAT(error_of("epochs", "0"), HasSubstr("whole number of at least 1"));
    EXPECT_THAT(error_of("max_det", "0"), HasSubstr("at least 1"));
    EXPECT_THAT(error_of("threads", "-1"), HasSubstr("at least 0"));
    EXPECT_THAT(error_of("save", "1"), HasSubstr("True or False"));
    EXPECT_THAT(error_of("split", "true"), HasSubstr("text"));
    EXPECT_THAT(error_of("classes", "person"), HasSubstr("list of whole numbers"));
    EXPECT_THAT(error_of("classes", "[0, 1.5]"), HasSubstr("list of whole numbers"));
    EXPECT_THAT(error_of("task", "semantic"), HasSubstr("detect, segment"));
    EXPECT_THAT(error_of("mode", "tune"), HasSubstr("train, val"));
    EXPECT_THAT(error_of("amp", "none"), HasSubstr("amp"));
    EXPECT_THAT(error_of("amp", "int8"), HasSubstr("bf16"));
    EXPECT_THAT(error_of("quantize", "4"), HasSubstr("w8a16"));
    EXPECT_THAT(error_of("scale", "1.5"), HasSubstr("[smallest, largest]"));
    EXPECT_THAT(error_of("fraction", "0"), HasSubstr("share"));
    EXPECT_THAT(error_of("fraction", "[0.5, 0]"), HasSubstr("share"));
}

TEST(Config, RefusesImageSizesThatAreNone) {
    for (const char* text :
         {"0", "-1", "abc", "none", "640.5", "true", "[]", "[640, 0]", "[1, 2, 3]", "1e9"}) {
        EXPECT_THAT(error_of("imgsz", text), HasSubstr("imgsz must be")) << text;
    }
    EXPECT_EQ(kept("imgsz", "[480, 640]"), "[480, 640]");
    EXPECT_EQ(kept("imgsz", "32e1"), "320");
    EXPECT_THAT(error_of("imgsz", "640x480"), HasSubstr("or [height, width]"));
}

TEST(Config, KeepsValuesInOneForm) {
    EXPECT_EQ(kept("epochs", "1e2"), "100");
    EXPECT_EQ(kept("conf", "1"), "1");
    EXPECT_EQ(kept("batch", "-1"), "-1");
    EXPECT_EQ(kept("name", "7"), "7");
    EXPECT_EQ(kept("auto_augment", "none"), "null");
    EXPECT_EQ(kept("classes", "[0, 2.0]"), "[0, 2]");
    EXPECT_EQ(kept("fraction", "100"), "100");
    EXPECT_EQ(kept("fraction", "[0.5, 10, 0]"), "[0.5, 10, 0]");
    EXPECT_EQ(kept("scale", "[0.5, 1.5]"), "[0.5, 1.5]");
    EXPECT_EQ(kept("quantize", "FP16"), "16");
    EXPECT_EQ(kept("quantize", "w8a8"), "8");
    EXPECT_EQ(kept("quantize", "w8a32"), "w8a32");
    EXPECT_EQ(kept("cache", "ram"), "ram");
    EXPECT_EQ(kept("format", "tfjs"), "litert");
    EXPECT_EQ(kept("classes", "'[0,2]'"), "[0, 2]") << "quotes that a script left";
    EXPECT_EQ(kept("save_dir", "7"), "7");
    EXPECT_THAT(error_of("save_dir", "[1, 2]"), HasSubstr("a file or folder"));
    EXPECT_THAT(error_of("pretrained", "1"), HasSubstr("True, False or a file"));
    EXPECT_THAT(error_of("seed", "99999999999999999999"), HasSubstr("a whole number up to 9000000000000000"));
    Config config;
    config.set("classes", 3);
    EXPECT_THAT(config.integers("classes"), ElementsAre(3));
    config.set("source", 0);
    EXPECT_EQ(config.text("source"), "0");
    config.set("batch", 2.0);
    EXPECT_EQ(config.integer("batch"), 2);
    config.set("batch", 0.5);
    EXPECT_THROW((void)config.integer("batch"), UsageError);
}

TEST(Config, NamesTheNearestKeys) {
    EXPECT_EQ(error_of("sorce", "a"),
              "unknown argument 'sorce' (did you mean source or scale=0.5?): see yolo help");
    EXPECT_EQ(error_of("qqqq", "a"), "unknown argument 'qqqq': see yolo help");
    EXPECT_THAT(error_of("conf_thres", "0.5"), HasSubstr("(did you mean conf?)"));
    const std::string keys[] = {"qqqq", "cnf"};
    EXPECT_EQ(unknown_options_message(keys),
              "unknown arguments 'qqqq', 'cnf' (did you mean conf or cfg?): see yolo help");
}

TEST(Config, SaysWhatNeedsNoKeyHere) {
    EXPECT_THAT(error_of("persist", "True"), HasSubstr("go on from frame to frame in every run"));
    EXPECT_THAT(error_of("stream", "True"), HasSubstr("stream_buffer=True"));
    EXPECT_THAT(error_of("stream", "True"), testing::Not(HasSubstr("threads")));
    EXPECT_THAT(error_of("serve", "True"), HasSubstr("serve must be a port, or ADDRESS:PORT"));
}

TEST(Config, RenamesOldKeys) {
    Config config;
    config.set("boxes", false);
    config.set("hide_labels", true);
    config.set("hide_conf", false);
    config.set("line_thickness", 3);
    config.set("keras", true);
    EXPECT_FALSE(config.flag("show_boxes"));
    EXPECT_FALSE(config.flag("show_labels"));
    EXPECT_TRUE(config.flag("show_conf"));
    EXPECT_EQ(config.integer("line_width"), 3);
    ASSERT_EQ(config.warnings().size(), 5U);
    EXPECT_EQ(config.warnings()[1], "hide_labels is an old name: it is taken as show_labels=False");
    EXPECT_EQ(config.warnings()[4], "keras no longer exists: it is ignored");
    EXPECT_THROW(config.set("hide_labels", 3), UsageError);
}

TEST(Config, ExplainsOldKeys) {
    EXPECT_THAT(explain_old_name("half"), HasSubstr("quantize=16"));
    EXPECT_THAT(explain_old_name("keras"), HasSubstr("ignored"));
    EXPECT_EQ(explain_old_name("conf"), "");
    for (const char* name : {"boxes", "hide_labels", "hide_conf", "line_thickness", "half", "int8", "end2end",
                             "label_smoothing", "save_hybrid", "crop_fraction", "keras"}) {
        EXPECT_NE(explain_old_name(name), "") << name;
        EXPECT_TRUE(is_option(name)) << name;
    }
}

/// quantize after setting the given keys in this order.
std::string quantize_of(std::initializer_list<std::pair<const char*, Value>> options) {
    Config config;
    for (const auto& [key, value] : options) config.set(key, value);
    return config.text("quantize");
}

TEST(Config, PrecisionHasOneWinnerInAnyOrder) {
    EXPECT_EQ(quantize_of({{"half", true}}), "16");
    EXPECT_EQ(quantize_of({{"half", false}}), "");
    EXPECT_EQ(quantize_of({{"half", true}, {"int8", true}}), "8");
    EXPECT_EQ(quantize_of({{"int8", true}, {"half", true}}), "8");
    EXPECT_EQ(quantize_of({{"half", true}, {"int8", false}}), "16");
    EXPECT_EQ(quantize_of({{"quantize", 32}, {"half", true}}), "32");
    EXPECT_EQ(quantize_of({{"half", true}, {"quantize", 32}}), "32");
    EXPECT_EQ(quantize_of({{"half", true}, {"quantize", Value()}}), "16");
    EXPECT_EQ(quantize_of({{"half", true}, {"half", false}}), "");
    EXPECT_EQ(quantize_of({{"quantize", 16}, {"quantize", Value()}}), "");
}

TEST(Config, APrecisionThatLosesIsSaid) {
    const auto warning_of = [](std::initializer_list<std::pair<const char*, Value>> options) {
        Config config;
        for (const auto& [key, value] : options) config.set(key, value);
        return config.warnings().empty() ? "" : config.warnings().back();
    };
    EXPECT_EQ(warning_of({{"half", true}, {"int8", true}}), "half has no effect next to int8=True");
    EXPECT_EQ(warning_of({{"int8", true}, {"half", true}}), "half has no effect next to quantize=8");
    EXPECT_EQ(warning_of({{"int8", true}, {"quantize", 16}}), "int8 has no effect next to quantize=16");
    EXPECT_EQ(warning_of({{"half", true}, {"quantize", 16}}), "");
    EXPECT_EQ(warning_of({{"quantize", 16}, {"half", true}}), "");
    EXPECT_EQ(warning_of({{"half", true}, {"int8", false}}), "");
    EXPECT_EQ(warning_of({{"half", true}}), "");
}

TEST(Config, End2EndBecomesNms) {
    Config config;
    config.set("end2end", true);
    EXPECT_EQ(config.get("nms"), Value(false));
    config.set("end2end", false);
    EXPECT_TRUE(config.get("nms").is_null());
    config.set("nms", true);
    config.set("end2end", false);
    EXPECT_EQ(config.get("nms"), Value(true));
}

TEST(Config, ModesHaveTheirOwnDefaults) {
    Config config;
    config.set_mode(Mode::predict);
    EXPECT_EQ(config.text("mode"), "predict");
    EXPECT_DOUBLE_EQ(config.number("conf"), 0.25);
    EXPECT_EQ(config.integer("batch"), 1);
    EXPECT_TRUE(config.flag("rect"));
    EXPECT_FALSE(config.given("batch"));

    Config given;
    given.set("conf", 0.5);
    given.set("batch", 4);
    given.set("rect", false);
    given.set_mode(Mode::track);
    EXPECT_DOUBLE_EQ(given.number("conf"), 0.5);
    EXPECT_EQ(given.integer("batch"), 4);
    EXPECT_FALSE(given.flag("rect"));
}

TEST(OptionsWithoutEffect, ExportHasNoRunFolderAndNoDevice) {
    Config config;
    config.set("device", 0);
    config.set("name", std::string("rk3588"));
    EXPECT_THAT(options_without_effect(config, Mode::export_model),
                ElementsAre(testing::HasSubstr("files hold no device"),
                            testing::HasSubstr("files are written beside the model")));
    EXPECT_THAT(options_without_effect(config, Mode::predict), testing::IsEmpty());
}

TEST(OptionsWithoutEffect, NameModeOrPartner) {
    Config config;
    config.set("epochs", 3);
    config.set("compile", true);
    config.set("save_conf", true);
    config.set("patience", 100);  // given, but its default
    config.set("iou", 0.5);
    EXPECT_THAT(options_without_effect(config, Mode::predict),
                ElementsAre("epochs=3 has no effect in predict: it belongs to train",
                            "compile=True has no effect here: yolo help compile says why",
                            "save_conf=True has no effect without save_txt=True"));
    config.set("save_txt", true);
    EXPECT_THAT(options_without_effect(config, Mode::predict), testing::SizeIs(2));
    Config later;
    later.set("opset", 12);
    later.set("quantize", 8);
    later.set("distill_model", std::string("a.pt"));  // training refuses it
    EXPECT_THAT(options_without_effect(later, Mode::train),
                ElementsAre("quantize=8 has no effect in train: amp= chooses the precision",
                            "opset=12 has no effect in train: it belongs to export"));
}

TEST(OptionsWithoutEffect, NameAValueThatTheModeCannotUse) {
    Config config;
    config.set("half", true);
    EXPECT_THAT(options_without_effect(config, Mode::predict), IsEmpty());
    config.set("int8", true);
    EXPECT_THAT(options_without_effect(config, Mode::predict),
                ElementsAre(HasSubstr("quantize=8 has no effect")));
    EXPECT_THAT(options_without_effect(config, Mode::export_model), IsEmpty());
}

TEST(OptionsWithoutEffect, NameATaskThatIsNotTheModels) {
    Config config;
    EXPECT_THAT(options_without_effect(config, Mode::predict, Task::pose), IsEmpty());
    config.set("task", std::string("detect"));
    EXPECT_THAT(options_without_effect(config, Mode::predict, Task::pose),
                ElementsAre("task=detect has no effect: the model is one for pose"));
    EXPECT_THAT(options_without_effect(config, Mode::predict, Task::detect), IsEmpty());
}

TEST(OptionsWithoutEffect, NameTheTask) {
    Config config;
    config.set("retina_masks", true);
    config.set("iou", 0.5);
    config.set("epochs", 3);
    EXPECT_THAT(options_without_effect(config, Mode::predict, Task::segment), IsEmpty());
    EXPECT_THAT(options_without_effect(config, Mode::predict, Task::classify),
                ElementsAre("iou=0.5 has no effect in the task classify",
                            "retina_masks=True has no effect in the task classify"));
}

TEST(ReadConfigFile, WantsKeysAndValues) {
    const auto file = test::scratch_dir() / "options.yaml";
    write_file(file, "- 1\n- 2\n");
    EXPECT_THROW(read_config_file(file), UsageError);
    write_file(file, "conf: {a: 1}\n");
    EXPECT_THROW(read_config_file(file), UsageError);
    EXPECT_THROW(read_config_file(file.string() + ".none"), Error);
    write_file(file, "conf: 0.5\nclasses: [0, 2]\nsave: no\nname:\n");
    const auto options = read_config_file(file);
    ASSERT_EQ(options.size(), 4U);
    EXPECT_EQ(options[1].second, Value(ValueList{0, 2}));
    EXPECT_EQ(options[2].second, Value(false));
    EXPECT_TRUE(options[3].second.is_null());
}

TEST(ReadConfigFile, NumbersWithoutAPointAreNumbers) {
    const auto file = test::scratch_dir() / "options.yaml";
    write_file(file, "lr0: 1e-3\nscale: [5e-1, 1]\nname: 1e3\nepochs: 1e2\nwarmup_bias_lr: much\n");
    const auto options = read_config_file(file);
    ASSERT_EQ(options.size(), 5U);
    EXPECT_EQ(options[0].second, Value(1e-3));
    EXPECT_EQ(options[1].second, Value(ValueList{0.5, 1}));
    EXPECT_EQ(options[2].second, Value(std::string("1e3")));
    EXPECT_EQ(options[3].second, Value(100.0));
    EXPECT_EQ(options[4].second, Value(std::string("much")));
}

}  // namespace
}  // namespace yolo
