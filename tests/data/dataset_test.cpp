// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.hpp"

#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/json.hpp"
#include "data/class_codes.hpp"
#include "data/class_names.hpp"
#include "data/dataset/class_folders.hpp"
#include "data/dataset_support.hpp"
#include "support/golden.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::LogLines;
using test::scratch_dir;
using test::write_boxes;
using test::write_picture;
using test::write_text;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<const Dataset> open(const fs::path& yaml, DatasetOptions options = {},
                                    Task task = Task::detect) {
    return open_dataset(test::load(yaml, task), options);
}

TEST(Dataset, ReadsBoxes) {
    LogLines log;
    DatasetOptions options;
    options.threads = 2;
    options.log = log.sink();
    const auto dataset = open(write_boxes(scratch_dir()), options);
    ASSERT_EQ(dataset->size(), 3U);
    EXPECT_EQ(dataset->picture(1).filename(), "p1.png");
    EXPECT_EQ(dataset->picture_size(1), (Size{24, 32}));
    const Labels labels = dataset->labels(1);
    EXPECT_THAT(labels.classes, ElementsAre(1));
    EXPECT_THAT(labels.boxes[0], ElementsAre(0.5F, 0.5F, 0.25F, 0.5F));
    EXPECT_EQ(dataset->most_objects(), 1U);
    EXPECT_FALSE(dataset->has_polygons());
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("train: 3 images, 0 backgrounds, 0 corrupt")));
}

TEST(Dataset, EndsWhenItsCallerAsks) {
    const fs::path root = scratch_dir();
    DatasetOptions options;
    options.cancelled = [] { return true; };
    const fs::path yaml = write_boxes(root);
    EXPECT_THROW(open(yaml, options), Cancelled);
    EXPECT_FALSE(fs::exists(root / "labels/train.yolo.cache"));
}

TEST(Dataset, CountsWhatIsWrong) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root, 6);
    fs::remove(root / "labels/train/p0.txt");
    write_text(root / "labels/train/p1.txt", "\n");
    write_text(root / "labels/train/p2.txt", "2 0.5 0.5 0.2 0.2\n");  // no such class
    write_text(root / "images/train/p3.png", "no picture");
    write_text(root / "labels/train/p4.txt", "0 .5 .5 .2 .2\n0 .5 .5 .2 .2\n");
    LogLines log;
    DatasetOptions options;
    options.log = log.sink();
    const auto dataset = open(yaml, options);
    EXPECT_EQ(dataset->size(), 4U);
    const DatasetSummary& summary = dataset->summary();
    EXPECT_EQ(summary.pictures, 6U);
    EXPECT_EQ(summary.missing, 1U);
    EXPECT_EQ(summary.empty, 1U);
    EXPECT_EQ(summary.corrupt, 2U);
    EXPECT_EQ(summary.duplicates, 1U);
    EXPECT_THAT(log.lines, Contains(HasSubstr("the class 2 is not one of 0 to 1")));
    EXPECT_THAT(log.lines, Contains(HasSubstr("6 images, 2 backgrounds, 2 corrupt")));
}

TEST(Dataset, FiltersClassesAndTakesAllAsOne) {
    const fs::path yaml = write_boxes(scratch_dir());
    DatasetOptions options;
    options.classes = {1};
    const auto only = open(yaml, options);
    EXPECT_EQ(only->size(), 3U);
    EXPECT_EQ(only->labels(0).size(), 0U);
    EXPECT_THAT(only->labels(1).classes, ElementsAre(1));
    options.single_cls = true;
    const auto one = open(yaml, options);
    EXPECT_THAT(one->labels(1).classes, ElementsAre(0));
    EXPECT_THAT(*one->spec().names, ElementsAre("item"));
    options.classes = {7};
    EXPECT_THAT(error_of([&] { open(yaml, options); }), HasSubstr("of one of the asked classes (7)"));
}

TEST(Dataset, TakesTheFirstShareOfTheSortedPictures) {
    const fs::path yaml = write_boxes(scratch_dir(), 5);
    DatasetOptions options;
    options.fraction = 0.5;  // 2.5 is rounded to even
    EXPECT_EQ(open(yaml, options)->size(), 2U);
    options.fraction = 3;
    EXPECT_EQ(open(yaml, options)->size(), 3U);
    options.fraction = 0.01;
    EXPECT_EQ(open(yaml, options)->picture(0).filename(), "p0.png");
}

TEST(Dataset, RemembersUntilSomethingChanges) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root);
    const fs::path cache = root / "labels/train.yolo.cache";
    open(yaml);
    ASSERT_TRUE(fs::exists(cache));
    const auto written = fs::last_write_time(cache);
    const auto again = open(yaml);
    EXPECT_EQ(fs::last_write_time(cache), written);
    EXPECT_THAT(again->labels(1).boxes[0], ElementsAre(0.5F, 0.5F, 0.25F, 0.5F));

    write_text(root / "labels/train/p1.txt", "1 0.5 0.5 0.25 0.25\n");  // the same length
    EXPECT_THAT(open(yaml)->labels(1).boxes[0], ElementsAre(0.5F, 0.5F, 0.25F, 0.25F));

    // Damage of any byte is noticed.
    std::string block = read_text(cache);
    block[block.size() / 2] ^= 1;
    write_text(cache, block);
    EXPECT_THAT(open(yaml)->labels(1).boxes[0], ElementsAre(0.5F, 0.5F, 0.25F, 0.25F));
    write_text(cache, block.substr(0, 40));
    EXPECT_EQ(open(yaml)->size(), 3U);

    // What one set of options refuses another may take.
    write_text(root / "labels/train/p0.txt", "5 0.5 0.5 0.25 0.25\n");
    EXPECT_EQ(open(yaml)->size(), 2U);
    DatasetOptions options;
    options.single_cls = true;
    EXPECT_EQ(open(yaml, options)->size(), 3U);
}

TEST(Dataset, ListsOfOneFolderHaveCachesOfTheirOwn) {
    const fs::path root = scratch_dir();
    write_text(root / "data.yaml", "train: train.txt\nval: val.txt\nnames: [ball]\n");
    for (const std::string split : {"train", "val"}) {
        write_picture(root / "images" / (split + ".png"), split == "val" ? 60 : 80);
        write_text(root / "labels" / (split + ".txt"), "0 0.5 0.5 0.25 0.5\n");
        write_text(root / (split + ".txt"), "./images/" + split + ".png\n");
    }
    std::vector<fs::file_time_type> written;
    for (const char* split : {"train", "val", "train", "val"}) {
        DatasetOptions options;
        options.split = split;
        EXPECT_EQ(open(root / "data.yaml", options)->size(), 1U);
        const fs::path cache = root / (std::string("labels.") + split + ".yolo.cache");
        ASSERT_TRUE(fs::exists(cache)) << cache;
        written.push_back(fs::last_write_time(cache));
    }
    EXPECT_EQ(written[0], written[2]);
    EXPECT_EQ(written[1], written[3]);
}

TEST(Dataset, GoesOnWhenTheCacheCannotBeWritten) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root);
    fs::create_directories(root /
                           "labels/train.yolo.cache/in the way");  // root may write anywhere, but not here
    LogLines log;
    DatasetOptions options;
    options.log = log.sink();
    EXPECT_EQ(open(yaml, options)->size(), 3U);
    EXPECT_THAT(log.lines, Contains(HasSubstr("warning: the label cache is not kept")));
}

TEST(Dataset, KeepsPolygonsAndKeypoints) {
    const fs::path root = scratch_dir();
    write_boxes(root, 1);
    write_text(root / "labels/train/p0.txt", "0 .1 .1 .5 .1 .5 .5\n1 .2 .2 .6 .2 .6 .6 .2 .6\n");
    const auto segments = open(root / "data.yaml", {}, Task::segment);
    ASSERT_TRUE(segments->has_polygons());
    const Labels labels = segments->labels(0);
    ASSERT_EQ(labels.polygons.size(), 2U);
    EXPECT_EQ(labels.polygons[0].size(), 3U);
    EXPECT_EQ(labels.polygons[1].size(), 4U);
    EXPECT_EQ(labels.polygons[1][3].y, 0.6F);

    write_text(root / "data.yaml", "train: images/train\nnames: [ball]\nkpt_shape: [2, 3]\n");
    write_text(root / "labels/train/p0.txt",
               "0 .5 .5 .4 .4 .3 .3 2 .6 .6 0\n0 .2 .2 .4 .4 .1 .1 1 .2 .2 2\n");
    const Labels points = open(root / "data.yaml", {}, Task::pose)->labels(0);
    ASSERT_EQ(points.keypoints.size(), 4U);
    EXPECT_EQ(points.keypoints[2].visibility, 1.0F);
    EXPECT_EQ(open(root / "data.yaml")->labels(0).keypoints.size(), 0U);  // detect reads the boxes
}

TEST(Dataset, MixedBoxesAndPolygonsKeepTheBoxes) {
    const fs::path root = scratch_dir();
    write_boxes(root, 2);
    write_text(root / "labels/train/p0.txt", "0 .1 .1 .5 .1 .5 .5\n");
    LogLines log;
    DatasetOptions options;
    options.log = log.sink();
    EXPECT_FALSE(open(root / "data.yaml", options)->has_polygons());
    EXPECT_THAT(log.lines, Contains(HasSubstr("only boxes are used")));
    EXPECT_THAT(error_of([&] { open(root / "data.yaml", {}, Task::segment); }),
                HasSubstr("1 of 2 labels are boxes without polygons, the first in '" +
                          (root / "labels/train/p1.txt").string() + "'"));
    EXPECT_THAT(error_of([&] { open(root / "data.yaml", {}, Task::obb); }), HasSubstr("without corners"));
}

TEST(Dataset, SaysWhatIsMissing) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root, 2);
    DatasetOptions test_split;
    test_split.split = "test";
    EXPECT_THAT(error_of([&] { open(yaml, test_split); }), HasSubstr("has no split test: it has train, val"));

    fs::remove_all(root / "images/val");
    DatasetOptions val;
    val.split = "val";
    EXPECT_THAT(error_of([&] { open(yaml, val); }), HasSubstr("nothing is downloaded"));
    fs::create_directories(root / "images/val");
    EXPECT_THAT(error_of([&] { open(yaml, val); }), HasSubstr("there is no picture in"));

    for (const char* name : {"p0.txt", "p1.txt"}) write_text(root / "labels/train" / name, "");
    EXPECT_THAT(error_of([&] { open(yaml); }), HasSubstr("2 label files were found, all of them empty"));
    fs::remove_all(root / "labels");
    EXPECT_THAT(error_of([&] { open(yaml); }), HasSubstr("not one label"));
    DatasetOptions validating;
    validating.training = false;
    LogLines log;
    validating.log = log.sink();
    EXPECT_EQ(open(yaml, validating)->most_objects(), 0U);
    EXPECT_THAT(log.lines, Contains(HasSubstr("warning: there is not one label")));

    write_text(root / "images/train/p0.png", "");
    write_text(root / "images/train/p1.png", "x");
    EXPECT_THAT(error_of([&] { open(yaml); }), HasSubstr("none of the 2 pictures in"));
}

TEST(Dataset, ASplitIsCheckedBeforeAPictureIsRead) {
    const fs::path root = scratch_dir();
    write_boxes(root, 1);
    make_directories(root / "images/empty");
    write_text(root / "images/gifs/a.gif", "GIF89a");
    write_text(root / "none.txt", "000001\n");
    fs::create_symlink(root / "gone", root / "link");
    const auto check = [&](const std::string& val, const std::string& split = "val") {
        write_text(root / "set.yaml", "train: images/train\n" + val + "\nnames: [ball, cube]\n");
        return error_of([&] { check_split(test::load(root / "set.yaml"), split); });
    };
    EXPECT_EQ(check("val: images/val"), "no error");
    EXPECT_EQ(check("val: images/val/"), "no error");
    EXPECT_THAT(check(""), HasSubstr("has no split val: it has train; add the key val, or give split=train"));
    EXPECT_THAT(check("val:"), HasSubstr("its key val says nothing"));
    EXPECT_THAT(check("valid: images/val"), HasSubstr("did you mean valid?"));
    EXPECT_THAT(check("val: images/val", "Train"), HasSubstr("did you mean train?"));
    EXPECT_THAT(check("val: images/vall"), HasSubstr("images/vall' is not there (did you mean val?)"));
    EXPECT_THAT(check("val: nowhere"), HasSubstr("or correct the key val"));
    EXPECT_THAT(check("path: .\nval: nowhere"), HasSubstr("or correct the keys path and val"));
    EXPECT_THAT(check("val: images/v*"), HasSubstr("patterns are not read"));
    EXPECT_THAT(check("val: \"['images/val']\""), HasSubstr("without quotes around it"));
    EXPECT_THAT(check("val: images/val'"), HasSubstr("a quote too many"));
    EXPECT_THAT(check("val: 'images/val '"), HasSubstr("a blank at its end"));
    EXPECT_THAT(check("val: $HOME/x"), HasSubstr("variables are not replaced"));
    EXPECT_THAT(check("val: https://example.org/a.zip"),
                HasSubstr("'https://example.org/a.zip' is not there: it is an address"));
    EXPECT_THAT(check("val: C:\\set\\val"),
                HasSubstr("'C:\\set\\val' is not there: it is a path of another computer"));
    EXPECT_THAT(check("path: C:\\set\nval: val"), HasSubstr("correct the key path, or remove it"));
    EXPECT_THAT(check("val: link"), HasSubstr("a link to something that is not there"));
    EXPECT_THAT(check("val: images/empty"), HasSubstr("there is no picture in '"));
    EXPECT_THAT(check("val: images/gifs"), HasSubstr("there are other files, as '"));
    EXPECT_THAT(check("val: labels/val"), HasSubstr("did you mean '" + (root / "images/val").string()));
    EXPECT_THAT(check("val: none.txt"),
                HasSubstr("its one line does not end in a picture's suffix, as '000001'"));
}

TEST(Dataset, NamesInSentencesStayOnTheirLine) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root, 1);
    write_text(root / "images/train/a\nb.jpg", "no picture");
    fs::create_symlink(root / "gone.jpg", root / "images/train/c.jpg");
    LogLines log;
    DatasetOptions options;
    options.log = log.sink();
    open(yaml, options);
    EXPECT_THAT(log.lines, Contains(HasSubstr("a\\nb.jpg: left out: ")));
    EXPECT_THAT(log.lines, Contains(HasSubstr("c.jpg: left out: it is a link to a file that is not there")));
}

TEST(Dataset, LeavesOutWhatHasAHeaderButNoPixels) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root, 2);
    using std::string_literals::operator""s;
    write_text(root / "images/train/p1.webp",
               "RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x1f\0\0\x17\0\0"s);  // 32 x 24, animated
    EXPECT_EQ(open(yaml)->summary().corrupt, 1U);
}

TEST(Dataset, OnePictureIsEnough) {
    EXPECT_EQ(open(write_boxes(scratch_dir(), 1))->size(), 1U);
}

TEST(Dataset, AKnownSetThatIsNotHereSaysWhereItGoes) {
    const DatasetSpec spec = test::load("coco8.yaml", Task::detect, {}, scratch_dir());
    EXPECT_THAT(error_of([&] { open_dataset(spec, {}); }),
                AllOf(HasSubstr("coco8/images/train' is not there"), HasSubstr("put it there")));
}

TEST(Dataset, ClassFolders) {
    const fs::path root = scratch_dir();
    for (const std::string name : {"cat", "dog"}) {
        for (int i = 0; i < 3; ++i) write_picture(root / "train" / name / (std::to_string(i) + ".png"), i);
        write_picture(root / "valid" / name / "v.png");
    }
    write_picture(root / "valid/cow/v.png");
    LogLines log;
    DatasetOptions options;
    options.log = log.sink();
    const auto train = open(root, options, Task::classify);
    EXPECT_THAT(*train->spec().names, ElementsAre("cat", "dog"));
    EXPECT_EQ(train->size(), 6U);
    EXPECT_THAT(train->labels(4).classes, ElementsAre(1));
    EXPECT_TRUE(train->labels(4).boxes.empty());
    EXPECT_TRUE(fs::exists(root / "train.yolo.cache"));
    options.split = "val";
    EXPECT_EQ(open(root, options, Task::classify)->size(), 2U);
    EXPECT_THAT(log.lines, Contains(HasSubstr("is not a class of training")));
    options.split = "train";
    options.fraction = 3;
    const auto three = open(root, options, Task::classify);
    EXPECT_EQ(three->picture(1), root / "train/cat/2.png");  // places 0, 2, 5
    EXPECT_EQ(three->picture(2), root / "train/dog/2.png");
}

TEST(Dataset, FoldersNamedByImageNetsCodesHaveNamesForPeople) {
    const fs::path root = scratch_dir();
    for (const std::string name : {"n01440764", "n02102040", "n12057211"})
        for (const char* split : {"train", "val"}) write_picture(root / split / name / "a.png");
    DatasetOptions options;
    options.split = "val";
    const auto val = open(root, options, Task::classify);
    EXPECT_THAT(*val->spec().names, ElementsAre("tench", "English_springer", "yellow_lady's_slipper"));
    EXPECT_EQ(val->picture(2), root / "val/n12057211/a.png");
    EXPECT_THAT(val->labels(2).classes, ElementsAre(2));
}

TEST(ClassNames, NoTwoCodesHaveOneName) {
    const Json codes = parse_yaml(data::class_codes()[0].text, "imagenet.yaml");
    ASSERT_EQ(codes.size(), 1000U);
    std::vector<std::string> names;
    for (const auto& [code, name] : codes.items()) names.push_back(code);
    names = data::readable_class_names(std::move(names));
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 1000U);
    EXPECT_EQ(names.front(), "tench");
    EXPECT_THAT(data::readable_class_names({"n99999999", "nail", "n0144076x"}),
                ElementsAre("n99999999", "nail", "n0144076x"));
}

TEST(Dataset, ClassFoldersWithoutTrainAreSplit) {
    const fs::path root = scratch_dir();
    for (const std::string name : {"cat", "dog"}) {
        for (int i = 0; i < 10; ++i) write_picture(root / name / (std::to_string(i) + ".png"), i);
    }
    const auto train = open(root, {}, Task::classify);
    DatasetOptions options;
    options.split = "val";
    const auto val = open(root, options, Task::classify);
    EXPECT_EQ(train->size(), 16U);
    EXPECT_EQ(val->size(), 4U);
    std::set<fs::path> seen;
    for (std::size_t i = 0; i < train->size(); ++i) seen.insert(train->picture(i));
    for (std::size_t i = 0; i < val->size(); ++i) EXPECT_TRUE(seen.insert(val->picture(i)).second);
}

TEST(Dataset, EvenlySpaced) {
    EXPECT_THAT(evenly_spaced(10, 4), ElementsAre(0, 3, 6, 9));
    EXPECT_THAT(evenly_spaced(10, 1), ElementsAre(0));
    EXPECT_THAT(evenly_spaced(5, 4), ElementsAre(0, 1, 2, 4));
}

TEST(Dataset, LinksInCirclesEnd) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root);
    fs::create_directory_symlink(root / "images/train", root / "images/train/again");
    EXPECT_EQ(open(yaml)->size(), 3U);
}

}  // namespace

}  // namespace yolo::data
