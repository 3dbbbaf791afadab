// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_parser.hpp"

#include <cmath>
#include <random>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/dataset/label_numbers.hpp"

namespace yolo::data {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(LabelNumbers, TakesThePythonForms) {
    for (const auto& [text, value] : std::vector<std::pair<std::string, double>>{{"1", 1},
                                                                                 {"+1", 1},
                                                                                 {"-0.5", -0.5},
                                                                                 {".5", .5},
                                                                                 {"5.", 5},
                                                                                 {"1e0", 1},
                                                                                 {"1E+2", 100},
                                                                                 {"+.2e-1", .02},
                                                                                 {"0.1_5", .15},
                                                                                 {"1_000e1_0", 1e13},
                                                                                 {"007", 7},
                                                                                 {"1e-400", 0},
                                                                                 {"0.000e999", 0}}) {
        ASSERT_TRUE(parse_number(text)) << text;
        EXPECT_EQ(*parse_number(text), value) << text;
    }
    EXPECT_EQ(*parse_number("1e400"), HUGE_VAL);
    EXPECT_EQ(*parse_number("-Infinity"), -HUGE_VAL);
    EXPECT_EQ(*parse_number(std::string(400, '9')), HUGE_VAL);
    EXPECT_EQ(*parse_number("0." + std::string(400, '0') + "1"), 0);
    EXPECT_TRUE(std::isnan(*parse_number("NaN")));
    for (const char* text : {"", "+", "-", ".", "e1", "1e", "0x1", "0,5", "1_", "_1", "1__0", "1_.5", "1._5",
                             "--1", "+-1", "1f", "nan(1)", "infinit", "1 2"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
}

TEST(LabelNumbers, KnowsUtf8) {
    for (const char* text : {"", "abc", "\xC2\xA0", "\xE2\x80\x83", "\xF0\x9F\x8D\x8E", "\xED\x9F\xBF"})
        EXPECT_TRUE(is_utf8(text));
    for (const char* text : {"\x80", "\xC0\x80", "\xC2", "\xE2\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                             "\xFF\xFE", "\xE0\x80\x80", "\xF0\x80\x80\x80"})
        EXPECT_FALSE(is_utf8(text));
}

TEST(LabelNumbers, SplitsAtUnicodeBlanks) {
    std::vector<std::string_view> words;
    split_words("\t a\xC2\xA0\x62\xE3\x80\x80\x63\x1F ", words);
    EXPECT_THAT(words, ElementsAre("a", "b", "c"));
    std::string_view text = "a\r\nb\xE2\x80\xA8\x63\x1C\rd";
    std::vector<std::string_view> lines;
    while (!text.empty()) lines.push_back(take_line(text));
    EXPECT_THAT(lines, ElementsAre("a", "b", "c", "", "d"));
}

LabelRules boxes() {
    return {.task = Task::detect, .class_count = 3};
}

TEST(LabelParser, SaysWhichLinesAreBad) {
    const ParsedLabels parsed =
        parse_labels("0 .5 .5 .2 .2\n\n0 .5 .5 .2\n9 .5 .5 .2 .2\n0 x .5 .2 .2\n", boxes());
    ASSERT_EQ(parsed.problems.size(), 3U);
    EXPECT_EQ(parsed.rows, 4U);
    EXPECT_EQ(parsed.bad_rows, 3U);
    EXPECT_EQ(parsed.problems[0].line, 3);
    EXPECT_THAT(parsed.problems[0].text, HasSubstr("4 columns instead of 5"));
    EXPECT_EQ(parsed.problems[1].line, 4);
    EXPECT_EQ(parsed.problems[2].line, 5);
    EXPECT_THAT(parsed.problems[2].text, HasSubstr("'x' is not a number"));
    EXPECT_EQ(parsed.labels.size(), 0U);
}

TEST(LabelParser, SaysWhatAnObjectOfObbIs) {
    const ParsedLabels parsed = parse_labels("0 .5 .5 .2 .2 1.57\n", {Task::obb, 1, false, {}});
    ASSERT_EQ(parsed.problems.size(), 1U);
    EXPECT_THAT(parsed.problems[0].text,
                HasSubstr("6 columns: an object of obb is a class and x y of its four corners"));
}

TEST(LabelParser, SaysWhatIsWrongWithOutlinesAsConvertersWriteThem) {
    const auto problem = [](const char* text, Task task) {
        const ParsedLabels parsed = parse_labels(text, {task, 2, false, {}});
        return parsed.problems.empty() ? std::string() : parsed.problems[0].text;
    };
    EXPECT_THAT(problem("0 10 10 60 10 60 50 10 50\n", Task::segment),
                HasSubstr("go to 60; they are shares"));
    EXPECT_THAT(problem("0 1.1 1.1 1.5 1.1 1.5 1.5 1.1 1.5\n", Task::obb),
                HasSubstr("x goes from 1.1 to 1.5, y from 1.1 to 1.5, the picture from 0 to 1"));
    EXPECT_THAT(
        problem("0 .2 .2 .6 .2 .6 .6 .2 .6 .87\n", Task::segment),
        HasSubstr("10 columns: a polygon is a class and x y of three points or more, an odd number (with a "
                  "confidence"));
    EXPECT_THAT(problem("0 .5 .5 .4 .2 .785\n", Task::segment),
                HasSubstr("an object of segment is a class and x y"));
    EXPECT_THAT(problem("10 10 60 10 60 50 10 50 plane 0\n", Task::obb),
                HasSubstr("'plane' is not a number (DOTA's"));
    EXPECT_EQ(problem("0 -.3 .2 .6 .2 .6 .7 -.3 .7\n", Task::segment), "") << "reaches out a little";
}

TEST(LabelParser, ListsOnlySomeOfManyProblems) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "bad\n";
    const ParsedLabels parsed = parse_labels(text, boxes());
    EXPECT_EQ(parsed.bad_rows, 1000U);
    EXPECT_LT(parsed.problems.size(), 100U);
}

TEST(LabelParser, ReadsBackWhatIsWritten) {
    std::mt19937 random(7);  // NOLINT: the same rows in every run
    std::uniform_real_distribution<float> share(0, 1);
    for (int round = 0; round < 20; ++round) {
        Labels wanted;
        std::string text;
        for (int i = 0; i < round; ++i) {
            wanted.classes.push_back(i % 3);
            const image::Box4 box = {share(random), share(random), share(random), share(random)};
            wanted.boxes.push_back(box);
            text += fmt::format("{} {} {:.9e} {} {}\r\n", i % 3, box[0], box[1], box[2], box[3]);
        }
        const ParsedLabels parsed = parse_labels(text, boxes());
        EXPECT_EQ(parsed.labels.classes, wanted.classes);
        EXPECT_EQ(parsed.labels.boxes, wanted.boxes);
    }
}

TEST(LabelParser, HugeClassesDoNotOverflow) {
    LabelRules rules = boxes();
    rules.single_cls = true;
    EXPECT_GT(parse_labels("1e30 .5 .5 .2 .2", rules).labels.classes.at(0), 0);
    EXPECT_EQ(parse_labels("inf .5 .5 .2 .2", rules).labels.size(), 0U);
}

TEST(LabelParser, DuplicatesOfPolygonsAreWholePolygons) {
    const LabelRules rules = {.task = Task::segment, .class_count = 3};
    const ParsedLabels parsed = parse_labels(
        "1 .1 .1 .5 .1 .5 .5\n0 .1 .1 .5 .1 .5 .5\n1 .1 .1 .5 .1 .5 .5\n1 .5 .5 .5 .1 .1 .1\n", rules);
    EXPECT_EQ(parsed.duplicates, 1U);
    EXPECT_THAT(parsed.labels.classes, ElementsAre(0, 1, 1));
}

}  // namespace

}  // namespace yolo::data
