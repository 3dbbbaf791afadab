// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"
#include "tokens.hpp"

namespace yolo::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

std::string error_of(const Words& words) {
    try {
        parse_arguments(words);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

/// What `yolo predict WORDS` makes of a key.
std::string value(Words words, const char* key) {
    words.insert(words.begin(), "predict");
    return to_string(parse_arguments(words).config.get(key));
}

TEST(JoinTokens, AroundEqualsSigns) {
    EXPECT_THAT(join_tokens({"conf", "=", "0.5"}), ElementsAre("conf=0.5"));
    EXPECT_THAT(join_tokens({"conf=", "0.5"}), ElementsAre("conf=0.5"));
    EXPECT_THAT(join_tokens({"conf", "=0.5"}), ElementsAre("conf=0.5"));
    EXPECT_THAT(join_tokens({"conf=", "iou=0.5"}), ElementsAre("conf=", "iou=0.5"));
    EXPECT_THAT(join_tokens({"a", "=", "b", "=", "c"}), ElementsAre("a=b=c"));
    EXPECT_THAT(join_tokens({"=", "b"}), ElementsAre("=", "b"));
    EXPECT_THAT(join_tokens({"a", "="}), ElementsAre("a="));
    EXPECT_THAT(join_tokens({"=b"}), ElementsAre("=b"));
    EXPECT_THAT(join_tokens({}), IsEmpty());
}

TEST(JoinTokens, BehindCommas) {
    EXPECT_THAT(join_tokens({"classes=0,", "1,", "2", "save"}), ElementsAre("classes=0,1,2", "save"));
    EXPECT_THAT(join_tokens({"conf=0.5,", "save"}), ElementsAre("conf=0.5,", "save"));
    EXPECT_THAT(join_tokens({"predict,", "1"}), ElementsAre("predict,", "1"));
}

TEST(JoinTokens, InsideBrackets) {
    EXPECT_THAT(join_tokens({"classes=[0,", "2]", "save"}), ElementsAre("classes=[0,2]", "save"));
    EXPECT_THAT(join_tokens({"classes", "=", "[", "0", ",", "2", "]"}), ElementsAre("classes=[0,2]"));
    EXPECT_THAT(join_tokens({"a=[[1,", "2],", "[3]]"}), ElementsAre("a=[[1,2],[3]]"));
    EXPECT_THROW(join_tokens({"classes=[0", "2"}), UsageError);
    EXPECT_THROW(join_tokens({"classes=0]"}), UsageError);
}

TEST(Arguments, TaskAndModeStandAnywhereAndTheLastWins) {
    const Arguments arguments = parse_arguments({"model=a.pt", "train", "segment", "predict", "detect"});
    EXPECT_EQ(arguments.mode, Mode::predict);
    EXPECT_EQ(arguments.config.text("mode"), "predict");
    EXPECT_EQ(arguments.config.text("task"), "detect");
    EXPECT_EQ(parse_arguments({"mode=predict"}).mode, Mode::predict);
    EXPECT_THAT(arguments.warnings, IsEmpty());
}

TEST(Arguments, WithoutModeTrainIsTakenWithAWarning) {
    const Arguments arguments = parse_arguments({"model=a.pt"});
    EXPECT_EQ(arguments.mode, Mode::train);
    EXPECT_THAT(arguments.warnings, ElementsAre(HasSubstr("no mode is given: train is taken")));
}

TEST(Arguments, TheTaskTrackIsAMode) {
    const Arguments arguments = parse_arguments({"task=track", "model=a.pt"});
    EXPECT_EQ(arguments.mode, Mode::track);
    EXPECT_EQ(arguments.config.text("task"), "detect");
    EXPECT_THAT(arguments.warnings, ElementsAre(HasSubstr("track is a mode")));
}

TEST(Arguments, FlagsMayStandAlone) {
    EXPECT_EQ(value({"show"}, "show"), "true");
    EXPECT_EQ(value({"retina_masks"}, "retina_masks"), "true");
    EXPECT_EQ(value({"half"}, "quantize"), "16");
    EXPECT_EQ(value({"int8"}, "quantize"), "8");
    EXPECT_EQ(value({"nms"}, "nms"), "true");
    EXPECT_EQ(value({"end2end"}, "nms"), "false");
    EXPECT_EQ(error_of({"predict", "imgsz"}), "'imgsz' needs a value: write imgsz=640, for example");
    EXPECT_EQ(error_of({"predict", "source"}),
              "'source' needs a value: write source=VALUE, a file, folder, address or number");
    EXPECT_EQ(error_of({"predict", "--model", "a.pt"}), "'model' needs a value: write model=a.pt");
    EXPECT_EQ(error_of({"predict", "conf", "iou=0.5"}),
              "'conf' needs a value: write conf=VALUE, a number from 0 to 1");
    EXPECT_EQ(error_of({"predict", "imgsz="}), "'imgsz=' has no value: write imgsz=640, for example");
}

TEST(Arguments, ValuesAreConverted) {
    EXPECT_EQ(value({"imgsz=480,640"}, "imgsz"), "[480, 640]");
    EXPECT_EQ(value({"classes=[0,", "2]"}, "classes"), "[0, 2]");
    EXPECT_EQ(value({"conf=none"}, "conf"), "0.25");
    EXPECT_EQ(value({"source=rtsp://h/a?b=c"}, "source"), "rtsp://h/a?b=c");
    EXPECT_EQ(value({" source = a b "}, "source"), "a b");
    EXPECT_EQ(value({"save=false"}, "save"), "false");
    EXPECT_EQ(value({"conf=0.1", "conf=0.2"}, "conf"), "0.2");
}

TEST(Arguments, RunNamesAreVerbatim) {
    EXPECT_EQ(value({"name=007"}, "name"), "007");
    EXPECT_EQ(value({"name=1e3"}, "name"), "1e3");
    EXPECT_EQ(value({"project='a'"}, "project"), "'a'");
    EXPECT_EQ(value({"name=True"}, "name"), "True");
    EXPECT_EQ(value({"name=None"}, "name"), "null");
    EXPECT_EQ(value({"model=d/net.pt", "name=model"}, "name"), "net");
}

TEST(Arguments, ReleasedModelsGetTheirSuffix) {
    EXPECT_EQ(value({"model=yolov8n"}, "model"), "yolov8n.pt");
    EXPECT_EQ(value({"model=yolov8x-pose"}, "model"), "yolov8x-pose.pt");
    EXPECT_EQ(value({"model=yolov8x-pose-p6"}, "model"), "yolov8x-pose-p6.pt");
    EXPECT_EQ(value({"model=yolo11n"}, "model"), "yolo11n.pt");
    EXPECT_EQ(value({"model=yolov8"}, "model"), "yolov8");
    EXPECT_EQ(value({"model=yolov8q"}, "model"), "yolov8q");
    EXPECT_EQ(value({"model=folder"}, "model"), "folder");
}

TEST(Arguments, DashesAndCommasAreForgivenWithAWarning) {
    const Arguments arguments = parse_arguments({"predict,", "--conf=0.5,", "--save"});
    EXPECT_EQ(arguments.mode, Mode::predict);
    EXPECT_DOUBLE_EQ(arguments.config.number("conf"), 0.5);
    EXPECT_THAT(arguments.warnings, testing::SizeIs(4));
}

TEST(Arguments, UnknownOnesAreAllNamed) {
    EXPECT_EQ(error_of({"predict", "sorce=a", "qqq=1"}),
              "unknown arguments 'sorce' (did you mean source or scale=0.5?), 'qqq': see yolo help");
    EXPECT_THAT(error_of({"predikt"}), HasSubstr("did you mean predict?"));
    EXPECT_THAT(error_of({"=3"}), HasSubstr("unknown argument ''"));
    EXPECT_THAT(error_of({"predict", "imgsz=0"}), HasSubstr("imgsz"));
    EXPECT_THAT(error_of({"semantic"}), HasSubstr("unknown argument 'semantic'"));
}

TEST(Arguments, WordsAloneMayBelongToWhatStandsBefore) {
    EXPECT_EQ(error_of({"predict", "classes=0", "2"}),
              "'2' stands alone: when it belongs to classes=0, write classes=0,2");
    EXPECT_EQ(
        error_of({"predict", "source=my", "ü.jpg"}),
        "unknown argument 'ü.jpg': when it belongs to source=my, put both into quotes: 'source=my ü.jpg'");
    EXPECT_THAT(error_of({"predict", "qqq"}), HasSubstr("unknown argument 'qqq'"));
}

TEST(Arguments, PathsAreTakenAsTheyStand) {
    EXPECT_EQ(value({"save_dir=2024_01"}, "save_dir"), "2024_01");
    EXPECT_EQ(value({"project=1e3"}, "project"), "1e3");
    EXPECT_EQ(value({"data=01"}, "data"), "01");
    EXPECT_EQ(value({"model='a b.pt'"}, "model"), "a b.pt");
    EXPECT_EQ(value({"save_dir=1,2"}, "save_dir"), "1,2");
    EXPECT_EQ(value({"save_dir=None"}, "save_dir"), "null");
    EXPECT_EQ(value({"save_dir=true"}, "save_dir"), "true");
    EXPECT_EQ(value({"source=0"}, "source"), "0");
    EXPECT_EQ(value({"source=[0, 1]"}, "source"), "[0, 1]");
    EXPECT_EQ(value({"resume=True"}, "resume"), "true");
}

TEST(SpecialCommands, HaveManySpellings) {
    const auto command = [](const char* word) { return parse_arguments({word}).command; };
    for (const char* word : {"help", "HELP", "h", "-h", "--h", "-help", "--help"}) {
        EXPECT_EQ(command(word), Command::help) << word;
    }
    for (const char* word : {"checks", "check", "--check"}) EXPECT_EQ(command(word), Command::checks) << word;
    for (const char* word : {"settings", "setting", "s"}) EXPECT_EQ(command(word), Command::settings) << word;
    EXPECT_EQ(command("-v"), Command::version);
    EXPECT_EQ(command("cfg"), Command::cfg);
    EXPECT_EQ(command("copy-cfg"), Command::copy_cfg);
    EXPECT_EQ(command("info"), Command::info);
    EXPECT_EQ(parse_arguments({}).command, Command::help);
}

TEST(SpecialCommands, EndTheInterpretation) {
    const Arguments arguments = parse_arguments({"sorce=1", "settings", "runs_dir=a", "predikt"});
    EXPECT_EQ(arguments.command, Command::settings);
    EXPECT_THAT(arguments.rest, ElementsAre("sorce=1", "runs_dir=a", "predikt"));
    EXPECT_THAT(error_of({"predikt", "help"}), HasSubstr("predikt"));
}

TEST(SpecialCommands, TakeOptionsWithoutAMode) {
    const Arguments arguments = parse_options({"model=a.pt", "imgsz=320"});
    EXPECT_EQ(arguments.config.integer("imgsz"), 320);
    EXPECT_THAT(arguments.warnings, IsEmpty());
    EXPECT_THROW(parse_options({"help"}), UsageError);
}

class CfgFile : public ::testing::Test {
  protected:
    Words words(std::string_view text, Words before, const Words& after) const {
        write_file(file, text);
        before.push_back("cfg=" + file.string());
        before.insert(before.end(), after.begin(), after.end());
        return before;
    }
    std::filesystem::path file = test::scratch_dir() / "options.yaml";
};

TEST_F(CfgFile, YieldsToTheCommandLineOnBothSides) {
    const char* text = "mode: predict\nconf: 0.1\niou: 0.2\nmax_det: 5\ncfg: other.yaml\n";
    const Config config = parse_arguments(words(text, {"conf=0.5"}, {"iou=0.6"})).config;
    EXPECT_DOUBLE_EQ(config.number("conf"), 0.5);
    EXPECT_DOUBLE_EQ(config.number("iou"), 0.6);
    EXPECT_EQ(config.integer("max_det"), 5);
    EXPECT_EQ(config.text("cfg"), file.string());
    EXPECT_TRUE(config.given("max_det"));
    EXPECT_EQ(parse_arguments(words(text, {"train"}, {})).mode, Mode::train);
}

TEST_F(CfgFile, IsNamedInErrors) {
    EXPECT_EQ(
        error_of(words("sorce: 1\n", {"predict"}, {})),
        file.string() + ": unknown argument 'sorce' (did you mean source or scale=0.5?): see yolo help");
    EXPECT_EQ(error_of(words("conf: 2\n", {"predict"}, {})),
              file.string() + ": conf=2 is not possible: conf must be a number from 0 to 1");
    EXPECT_THROW(parse_arguments({"predict", "cfg=" + file.string() + ".none"}), Error);
    EXPECT_EQ(value({"cfg=none"}, "cfg"), "null");
}

TEST_F(CfgFile, TakesTheDefaultFileAsItIs) {
    write_default_config(file);
    const Arguments arguments = parse_arguments({"predict", "cfg=" + file.string()});
    EXPECT_EQ(arguments.mode, Mode::predict);
    EXPECT_THAT(options_without_effect(arguments.config, Mode::predict), IsEmpty());
}

}  // namespace
}  // namespace yolo::cli
