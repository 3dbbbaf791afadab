// SPDX-License-Identifier: Apache-2.0
#include "data/examine/examine.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/dataset_support.hpp"
#include "support/golden.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;
using test::scratch_dir;
using test::write_boxes;
using test::write_picture;
using test::write_text;

Examination look_at(const fs::path& yaml, Task task = Task::detect) {
    ExamineOptions options;
    options.threads = 3;
    return examine(test::load(yaml, task), options);
}

std::size_t count(const Examination& examination, const std::string& kind) {
    return static_cast<std::size_t>(std::count_if(examination.findings.begin(), examination.findings.end(),
                                                  [&](const Finding& f) { return f.kind == kind; }));
}

TEST(Examine, FindsNothingInAGoodSet) {
    const Examination examination = look_at(write_boxes(scratch_dir(), 4));
    EXPECT_TRUE(examination.findings.empty()) << examination.findings.front().text;
    ASSERT_EQ(examination.splits.size(), 2U);
    const SplitFacts& train = examination.splits[0];
    EXPECT_EQ(train.name, "train");
    EXPECT_EQ(train.usable, 4U);
    EXPECT_EQ(train.objects, 4U);
    EXPECT_EQ(train.classes.at(1).objects, 2U);
    EXPECT_EQ(train.classes.at(1).pictures, 2U);
    EXPECT_EQ(train.sizes.at({32, 24}), 4U);
}

TEST(Examine, SeesOneFolderInTwoSplits) {
    const fs::path root = scratch_dir();
    write_boxes(root, 4);
    write_text(root / "twice.yaml", "train: images/train\nval: images/train\nnames: [a, b]\n");
    EXPECT_EQ(count(look_at(root / "twice.yaml"), "same picture in two splits"), 4U);
}

TEST(Examine, NamesEveryProblem) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root, 8);
    write_text(root / "labels/train/p0.txt", "0 .5 .5 .2\n5 .5 .5 .2 .2\n0 .5 .5 .2 .2\n");
    write_text(root / "images/train/p1.png", "no picture");
    fs::copy_file(root / "images/train/p2.png", root / "images/val/p2.png",
                  fs::copy_options::overwrite_existing);
    fs::copy_file(root / "images/train/p2.png", root / "images/train/p3.png",
                  fs::copy_options::overwrite_existing);
    write_text(root / "labels/train/p4.txt", "0 .5 .5 .001 .2\n0 .9 .5 .4 .2\n0 .5 .5 1 1\n");
    write_text(root / "labels/train/p5.txt", "0 .5 .5 .2 .2\n0 .5 .5 .2 .2\n");
    write_text(root / "labels/train/stray.txt", "");
    const Examination examination = look_at(yaml);
    EXPECT_EQ(count(examination, "bad label row"), 2U);
    EXPECT_EQ(count(examination, "picture left out"), 1U);
    EXPECT_EQ(count(examination, "same picture in two splits"), 1U);
    EXPECT_EQ(count(examination, "same picture twice"), 1U);
    EXPECT_EQ(count(examination, "tiny boxes"), 1U);
    EXPECT_EQ(count(examination, "boxes reach out"), 1U);
    EXPECT_EQ(count(examination, "boxes fill the picture"), 1U);
    EXPECT_EQ(count(examination, "duplicate label rows"), 1U);
    EXPECT_EQ(count(examination, "labels without picture"), 1U);
    EXPECT_EQ(examination.count(Severity::error), 0U);
    const SplitFacts& train = examination.splits[0];
    EXPECT_EQ(train.usable, 6U);
    EXPECT_EQ(train.corrupt_pictures, 1U);
    EXPECT_EQ(train.corrupt_labels, 1U);
    EXPECT_EQ(train.bad_rows, 2U);
}

TEST(Examine, PixelsThatCannotBeDecodedAreNamed) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root);
    write_picture(root / "images/train/q.jpg", 90, 64, 48);
    std::string bytes = read_text(root / "images/train/q.jpg");
    bytes.erase(bytes.size() / 2, bytes.size() / 2 - 2);  // the end marker stays: the quick check is content
    write_text(root / "images/train/q.jpg", bytes);
    EXPECT_EQ(open_dataset(test::load(yaml), {})->size(), 4U);
    const Examination examination = look_at(yaml);
    EXPECT_EQ(count(examination, "picture cannot be decoded"), 1U);
    for (const Finding& finding : examination.findings) {
        if (finding.kind == "picture cannot be decoded") {
            EXPECT_EQ(finding.text.find("q.jpg"), std::string::npos);
        }
    }
    EXPECT_EQ(examination.count(Severity::error), 0U) << "a training leaves it out";
}

TEST(Examine, WhatStopsATrainingIsAnError) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root);
    EXPECT_EQ(count(look_at(yaml, Task::segment), "boxes without polygons"), 2U);
    fs::remove_all(root / "labels/train");
    EXPECT_EQ(count(look_at(yaml), "no objects"), 1U);
    fs::remove_all(root / "images/val");
    const Examination examination = look_at(yaml);
    EXPECT_EQ(count(examination, "split cannot be used"), 1U);
    EXPECT_EQ(count(examination, "labels without picture"),
              4U);  // labels/val, and that it is more than a tenth
    EXPECT_EQ(examination.count(Severity::error), 3U);
    for (int i = 0; i < 3; ++i) write_text(root / "images/train" / ("p" + std::to_string(i) + ".png"), "x");
    EXPECT_EQ(count(look_at(yaml), "nothing can be used"), 1U);
}

TEST(Examine, LabelsThatNobodyReadsAreAnErrorFromATenthOn) {
    const fs::path root = scratch_dir();
    const fs::path yaml = write_boxes(root, 20);
    fs::rename(root / "labels/train/p0.txt", root / "images/train/p0.txt");
    const Examination few = look_at(yaml);
    EXPECT_EQ(count(few, "labels are not read"), 1U);
    EXPECT_EQ(few.count(Severity::error), 0U);
    EXPECT_EQ(few.count(Severity::warning), 1U);
    for (const std::string name : {"p1.txt", "p2.txt"})
        fs::rename(root / "labels/train" / name, root / "images/train" / name);
    const Examination many = look_at(yaml);
    EXPECT_EQ(many.count(Severity::error), 1U);
    EXPECT_EQ(many.splits[0].missing, 3U);

    for (int i = 0; i < 8; ++i)
        write_text(root / "labels/extra" / (std::to_string(i) + ".txt"), "0 .5 .5 .2 .2\n");
    EXPECT_EQ(look_at(yaml).count(Severity::error), 2U);
}

TEST(Examine, ClassFolders) {
    const fs::path root = scratch_dir();
    for (const std::string name : {"cat", "dog"}) {
        for (int i = 0; i < 5; ++i)
            write_picture(root / name / (std::to_string(i) + ".png"), name == "cat" ? i : 9 + i);
    }
    const Examination examination = look_at(root, Task::classify);
    ASSERT_EQ(examination.splits.size(), 2U);
    EXPECT_EQ(examination.splits[0].objects, 8U);
    EXPECT_EQ(examination.splits[1].objects, 2U);
    EXPECT_EQ(examination.count(Severity::error), 0U);
}

}  // namespace

}  // namespace yolo::data
