// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_spec.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "data/dataset_support.hpp"
#include "data/known_datasets.hpp"
#include "support/golden.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;
using test::LogLines;
using test::scratch_dir;
using test::write_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* splits = "train: images/train\nval: images/val\n";

fs::path write_yaml(const std::string& text) {
    const fs::path file = scratch_dir() / "set.yaml";
    write_text(file, text);
    return file;
}

std::string error_of(const fs::path& data, Task task = Task::detect,
                     const fs::path& datasets_dir = "no-such-folder") {
    return test::error_of([&] { test::load(data, task, {}, datasets_dir); });
}

std::string error_of_text(const std::string& text, Task task = Task::detect) {
    return error_of(write_yaml(std::string(splits) + text), task);
}

TEST(DatasetSpec, NamesAsListOrMap) {
    EXPECT_THAT(*test::load(write_yaml(std::string(splits) + "names: [a, 2, true]\nnc: 3\n")).names,
                ElementsAre("a", "2", "True"));
    EXPECT_THAT(
        *test::load(write_yaml(std::string(splits) + "names: [A, N, Y, 008, 1.0, 1e3, 0x1F, 1_000]\n")).names,
        ElementsAre("A", "N", "Y", "008", "1.0", "1e3", "31", "1000"));
    EXPECT_THAT(*test::load(write_yaml(std::string(splits) + "names: {1: b, 0: a}\n")).names,
                ElementsAre("a", "b"));
    EXPECT_THAT(*test::load(write_yaml(std::string(splits) + "nc: 2\n")).names,
                ElementsAre("class_0", "class_1"));
}

TEST(DatasetSpec, WrongFactsAreOneSentence) {
    EXPECT_THAT(error_of_text(""), HasSubstr("key names: it is missing"));
    EXPECT_THAT(error_of_text("names: person\n"), HasSubstr("key names: it must be a list"));
    EXPECT_THAT(error_of_text("names: {0: a, 2: b}\n"), HasSubstr("there is a class 2"));
    EXPECT_THAT(error_of_text("names: {x: a}\n"), HasSubstr("there is a class x"));
    EXPECT_THAT(error_of_text("names: [a, [b]]\n"), HasSubstr("is not text"));
    EXPECT_THAT(error_of_text("names: [a]\nnc: 2\n"), HasSubstr("it says 2 classes, but names has 1"));
    EXPECT_THAT(error_of_text("nc: many\n"), HasSubstr("key nc"));
    EXPECT_THAT(error_of_text("nc: 99999999\n"), HasSubstr("too many"));
    EXPECT_THAT(error_of_text("names: [a]\nchannels: 0\n"), HasSubstr("key channels"));
    EXPECT_THAT(error_of_text("names: [a]\nchannels: 4\n"), HasSubstr("in colour (3) or in grey (1)"));
    EXPECT_THAT(error_of_text("names: [a]\n", Task::pose), HasSubstr("key kpt_shape: it is missing"));
    EXPECT_THAT(error_of_text("names: [a]\nkpt_shape: [3, 4]\n", Task::pose), HasSubstr("2 or 3"));
    EXPECT_THAT(error_of_text("names: [a]\nkpt_shape: 3\n", Task::pose), HasSubstr("key kpt_shape"));
    const std::string pose = "names: [a]\nkpt_shape: [3, 3]\n";
    EXPECT_THAT(error_of_text(pose + "flip_idx: [0, 1]\n", Task::pose), HasSubstr("each of 0 to 2 once"));
    EXPECT_THAT(error_of_text(pose + "flip_idx: [0, 1, 1]\n", Task::pose), HasSubstr("each of 0 to 2 once"));
    EXPECT_THAT(error_of_text(pose + "kpt_oks_sigmas: [1, 1, -1]\n", Task::pose),
                HasSubstr("3 positive numbers"));
    EXPECT_THAT(error_of(write_yaml("names: [a]\n")), HasSubstr("names no pictures"));
    EXPECT_THAT(error_of(write_yaml("names: [a]\ntrain: {a: b}\n")), HasSubstr("key train"));
    EXPECT_THAT(error_of(write_yaml("- a\n")), HasSubstr("is not the YAML of a data set"));
    EXPECT_THAT(error_of(write_yaml("a: [\n")), HasSubstr("set.yaml"));
    EXPECT_THAT(error_of(write_yaml("train: \xFF\n")), HasSubstr("is not UTF-8 text"));
}

TEST(DatasetSpec, SentencesNameTheSlip) {
    EXPECT_THAT(error_of_text("Names: [a]\n"), HasSubstr("did you mean Names?"));
    EXPECT_THAT(error_of_text("classes: [a]\n"), HasSubstr("did you mean classes?"));
    EXPECT_THAT(error_of(write_yaml("Train: a\nVal: b\nnames: [a]\n")), HasSubstr("did you mean Train?"));
    EXPECT_THAT(error_of_text("names: {1: a, 2: b}\n"), HasSubstr("there is no class 0"));
    EXPECT_THAT(error_of_text("names: {red: 0, green: 1}\n"), HasSubstr("numbers come first, as 0: red"));
    EXPECT_THAT(error_of_text("names: [null]\n"), HasSubstr("class 0 has no name"));
    EXPECT_THAT(error_of_text("names: [a]\nnc: '1'\n"), HasSubstr("without quotes"));
    EXPECT_THAT(error_of(write_yaml("")), HasSubstr("is empty: it needs the keys"));
    EXPECT_THAT(error_of(write_yaml(std::string("\xFF\xFEt\0r\0", 6))), HasSubstr("it is UTF-16 text"));
    EXPECT_THAT(error_of(write_yaml("a: 1\nb: \xE9\n")), HasSubstr("line 2 is not UTF-8 text"));
    EXPECT_THAT(error_of("train: images/train\nval: x\n"), HasSubstr("the path of a data set's YAML file"));
}

TEST(DatasetSpec, WarnsAboutWhatIsAllowedAndOddAllTheSame) {
    LogLines log;
    test::load(write_yaml("train: a\nval: b\nval: c\nnames: [yes, x, x]\n"), Task::detect, log.sink());
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("key val is there twice, the last one counts"),
                                       HasSubstr("class 0 is called True"),
                                       HasSubstr("the classes 1 and 2 are both called 'x'")));
}

TEST(DatasetSpec, PlacesOfWindowsAndAtHome) {
    const fs::path base = scratch_dir();
    make_directories(base / "home/sets/images/train");
    const char* const before = std::getenv("HOME");
    const std::string home = before != nullptr ? before : "";
    ::setenv("HOME", (base / "home").c_str(), 1);
    write_text(base / "a.yaml", "path: ~/sets\ntrain: images\\train\nval: ~/sets/images\nnames: [x]\n");
    const auto spec = test::load(base / "a.yaml");
    ::setenv("HOME", home.c_str(), 1);
    EXPECT_EQ(spec.root, base / "home/sets");
    EXPECT_THAT(spec.splits.at("train"), ElementsAre(base / "home/sets/images/train"));
    EXPECT_THAT(spec.splits.at("val"), ElementsAre(base / "home/sets/images"));
}

TEST(DatasetSpec, SaysHowManyChannelsOrLeavesItToTheModel) {
    EXPECT_EQ(test::load(write_yaml(std::string(splits) + "names: [a]\nchannels: 1\n")).channels, 1);
    EXPECT_EQ(test::load(write_yaml(std::string(splits) + "names: [a]\n")).channels, std::nullopt);
}

TEST(DatasetSpec, ReadsKeypoints) {
    const auto spec = test::load(
        write_yaml(std::string(splits) + "names: [a]\nkpt_shape: [2, 3]\nflip_idx: [1, 0]\n"
                                         "kpt_names: {0: [left, right]}\nkpt_oks_sigmas: [0.5, 1]\n"),
        Task::pose);
    EXPECT_THAT(spec.kpt_shape, ElementsAre(2, 3));
    EXPECT_THAT(spec.flip_idx, ElementsAre(1, 0));
    EXPECT_THAT(spec.kpt_names, ElementsAre("left", "right"));
    EXPECT_THAT(spec.kpt_oks_sigmas, ElementsAre(0.5F, 1.0F));
}

TEST(DatasetSpec, NullsAndOldNames) {
    LogLines log;
    const fs::path file =
        write_yaml("path: None\ntrain: images/train\nvalidation: images/dev\ntest:\nnames: [a]\n");
    const auto spec = test::load(file, Task::detect, log.sink());
    EXPECT_FALSE(spec.splits.contains("test"));
    EXPECT_THAT(spec.splits.at("val"), ElementsAre(file.parent_path() / "images/dev"));
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("validation is taken as val")));
    EXPECT_EQ(spec.root, file.parent_path());
}

TEST(DatasetSpec, PathIsLookedForInThreePlaces) {
    const fs::path base = scratch_dir();
    const fs::path file = base / "cfg/set.yaml";
    write_text(file, "path: balls\ntrain: train\nval: val\nnames: [a]\n");
    const auto load_it = [&] { return test::load(file, Task::detect, {}, base / "datasets"); };
    EXPECT_EQ(load_it().splits.at("train")[0], base / "cfg/balls/train");  // nowhere: the first place

    fs::create_directories(base / "datasets/balls/train");
    EXPECT_EQ(load_it().splits.at("train")[0], base / "datasets/balls/train");

    fs::create_directories(base / "work/balls/train");
    const fs::path before = fs::current_path();
    fs::current_path(base / "work");
    EXPECT_EQ(load_it().splits.at("train")[0], base / "work/balls/train");

    fs::create_directories(base / "cfg/balls/train");
    const auto spec = load_it();
    fs::current_path(before);
    EXPECT_EQ(spec.splits.at("train")[0], base / "cfg/balls/train");
    EXPECT_EQ(spec.root, base / "cfg/balls");
    EXPECT_THAT(spec.roots_tried,
                ElementsAre(base / "cfg/balls", base / "work/balls", base / "datasets/balls"));
}

TEST(DatasetSpec, ListsOfPlacesAndDotDot) {
    const fs::path base = scratch_dir();
    fs::create_directories(base / "a");
    write_text(base / "b.txt", "");
    write_text(base / "set.yaml", "train: [a, b.txt]\nval: ../a\nnames: [x]\n");
    const auto spec = test::load(base / "set.yaml");
    EXPECT_THAT(spec.splits.at("train"), ElementsAre(base / "a", base / "b.txt"));
    EXPECT_THAT(spec.splits.at("val"), ElementsAre(base / "a"));
}

TEST(DatasetSpec, SetsOfTheFieldAreKnownByName) {
    const fs::path datasets = scratch_dir();
    fs::create_directories(datasets / "coco8-pose/images/train");
    fs::create_directories(datasets / "coco8-pose/images/val");
    for (const char* name : {"coco8-pose", "coco8-pose.yaml"}) {
        const DatasetSpec spec = test::load(name, Task::pose, {}, datasets);
        EXPECT_EQ(spec.file, "coco8-pose.yaml");
        EXPECT_EQ(spec.root, datasets / "coco8-pose");
        EXPECT_THAT(spec.splits.at("val"), ElementsAre(datasets / "coco8-pose/images/val"));
        EXPECT_EQ(spec.kpt_shape, (std::array{17, 3}));
    }
    write_text(datasets / "coco8.yaml", std::string(splits) + "names: [own]\n");
    EXPECT_THAT(*test::load("coco8.yaml", Task::detect, {}, datasets).names, ElementsAre("own"));
}

TEST(DatasetSpec, EveryKnownSetIsWhole) {
    for (const ShippedFile& known : known_datasets()) {
        const Task task = known.name.find("pose") != std::string_view::npos ? Task::pose : Task::detect;
        const DatasetSpec spec = test::load(fs::path(known.name), task, {}, "no-such-folder");
        EXPECT_TRUE(spec.splits.contains("train") && spec.splits.contains("val")) << known.name;
        EXPECT_EQ(spec.flip_idx.size(), static_cast<std::size_t>(spec.kpt_shape[0])) << known.name;
        const bool coco = known.name.starts_with("coco") && task != Task::pose;
        if (coco) {
            EXPECT_EQ(spec.class_count(), 80) << known.name;
        }
    }
    EXPECT_EQ(test::load("dota8", Task::obb).class_count(), 15);
    EXPECT_EQ(test::load("VOC", Task::detect).class_count(), 20);
}

TEST(DatasetSpec, AnEmptyPlaceIsNone) {
    const DatasetSpec spec = test::load(write_yaml(std::string(splits) + "test: ''\nnames: [a]\n"));
    EXPECT_FALSE(spec.splits.contains("test"));
    EXPECT_THAT(error_of(write_yaml("train: a\nval: ['']\nnames: [a]\n")), HasSubstr("key val"));
}

TEST(DatasetSpec, AFolderWithoutYamlDoesNotHideTheFileOfItsName) {
    const fs::path base = scratch_dir();
    fs::create_directories(base / "shapes");
    write_text(base / "shapes.yaml", std::string(splits) + "names: [a]\n");
    EXPECT_EQ(test::load(base / "shapes").file, base / "shapes.yaml");
}

TEST(DatasetSpec, FoundByNameAndFolder) {
    const fs::path base = scratch_dir();
    const std::string text = std::string(splits) + "names: [x]\n";
    write_text(base / "datasets/balls/anything.yaml", text);
    const auto find_balls = [&] { return test::load("balls", Task::detect, {}, base / "datasets"); };
    EXPECT_EQ(find_balls().file, base / "datasets/balls/anything.yaml");
    EXPECT_EQ(test::load(base / "datasets/balls").file, base / "datasets/balls/anything.yaml");
    EXPECT_EQ(test::load(base / "datasets/balls/anything").file, base / "datasets/balls/anything.yaml");
    write_text(base / "datasets/balls/other.yml", text);
    EXPECT_THAT(error_of("balls", Task::detect, base / "datasets"), HasSubstr("there are 2 YAML files"));
    write_text(base / "datasets/balls/balls.yaml", text);
    EXPECT_EQ(find_balls().file, base / "datasets/balls/balls.yaml");

    write_text(base / "nothing.yaml/sub/data.yaml", text);
    EXPECT_THAT(error_of(base / "nothing.yaml"),
                HasSubstr("but there is '" + (base / "nothing.yaml/sub").string()));
    write_text(base / "archives/train.zip", "PK");
    EXPECT_THAT(error_of(base / "archives"), HasSubstr("unpack 'train.zip'"));
    write_text(base / "set.rar", "Rar!");
    EXPECT_THAT(error_of(base / "set.rar"), HasSubstr("unpack it, or pack it as zip"));
    EXPECT_THAT(error_of(std::string(300, 'x') + ".yaml"), HasSubstr("there is no data set"));

    write_text(base / "cubes/data.yaml", text);
    EXPECT_THAT(error_of("no-such-set"), HasSubstr("there is no data set 'no-such-set'"));
    EXPECT_THAT(error_of("https://example.org/a.zip"), HasSubstr("nothing is downloaded"));
    EXPECT_THAT(error_of(base / "cubes/data.yaml", Task::classify),
                HasSubstr("is a file: classify needs a folder"));
    EXPECT_THAT(error_of(base / "cubes", Task::classify), HasSubstr("no class folders"));
}

}  // namespace

}  // namespace yolo::data
