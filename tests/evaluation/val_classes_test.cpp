// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/classes.hpp"

namespace yolo::evaluation {
namespace {

using Texts = std::vector<std::string>;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What is said and what comes of it when a model and a data set meet.
struct Meeting {
    Meeting(Texts model, Texts set, Task task = Task::detect, const char* match = "name") {
        ModelInfo info;
        info.names = std::make_shared<const Texts>(std::move(model));
        spec.file = "set.yaml";
        spec.task = task;
        spec.names = std::make_shared<const Texts>(std::move(set));
        config.set("match", std::string(match));
        classes = judged_classes(config, info, spec, [&](LogLevel level, std::string_view text) {
            lines.push_back((level == LogLevel::warning ? "warning: " : "") + std::string(text));
        });
    }

    Config config;
    data::DatasetSpec spec;
    JudgedClasses classes;
    Texts lines;
};

Texts many(int count, const std::string& word) {
    Texts names;
    for (int i = 0; i < count; ++i) names.push_back(word + std::to_string(i));
    return names;
}

TEST(ValClasses, NothingIsSaidAboutTheSame) {
    const Meeting same({"a", "b"}, {"a", "b"});
    EXPECT_THAT(same.lines, IsEmpty());
    EXPECT_THAT(same.classes.of_network, IsEmpty());
    EXPECT_THAT(Meeting({"0", "1"}, {"cell", "other"}).lines, IsEmpty()) << "a model without names";
    EXPECT_THAT(Meeting({"cell", "other"}, {"class_0", "class_1"}).lines, IsEmpty()) << "a set without names";
}

TEST(ValClasses, AnotherOrderIsSaidInOneLine) {
    const Meeting other({"a", "b", "c"}, {"c", "a", "b"});
    EXPECT_THAT(other.lines, ElementsAre("the model and 'set.yaml' have the same classes in another order: "
                                         "they are matched by name"));
    EXPECT_THAT(other.classes.of_network, ElementsAre(1, 2, 0));
    EXPECT_THAT(*other.classes.names, ElementsAre("c", "a", "b"));
}

TEST(ValClasses, WhatOnlyOneSideHasIsNamed) {
    const Meeting partly(many(80, "thing"), {"thing1", "helmet"});
    EXPECT_THAT(
        partly.lines,
        ElementsAre("warning: the model does not have 1 of the 2 classes of 'set.yaml' (helmet): "
                    "its labels count as missed",
                    "warning: 'set.yaml' does not have 79 of the 80 classes of the model (thing0, thing2, "
                    "thing3, thing4, thing5 and 74 more): what is found of them is left out"));
    EXPECT_EQ(partly.classes.of_network.at(1), 0);
    EXPECT_EQ(partly.classes.of_network.at(0), -1);
}

TEST(ValClasses, ForeignNamesOfEqualCountAreComparedByNumberWithAWarning) {
    const Meeting foreign({"cat", "dog"}, {"helmet", "vest"});
    ASSERT_EQ(foreign.lines.size(), 1U);
    EXPECT_THAT(foreign.lines[0], AllOf(HasSubstr("warning: "), HasSubstr("cat, dog"),
                                        HasSubstr("helmet, vest"), HasSubstr("by number")));
    EXPECT_THAT(foreign.classes.of_network, IsEmpty());
    EXPECT_THAT(*foreign.classes.names, ElementsAre("helmet", "vest"));
    EXPECT_THAT(Meeting({"cat", "dog"}, {"helmet", "vest"}, Task::detect, "number").lines, IsEmpty());
}

TEST(ValClasses, ForeignNamesOfAnotherCountAreComparedAsFarAsTheyGo) {
    const Meeting more({"cat"}, {"helmet", "vest"});
    EXPECT_THAT(more.lines, ElementsAre(AllOf(HasSubstr("(helmet, vest)"), HasSubstr("(cat)")),
                                        HasSubstr("1 of the 2 classes of 'set.yaml' (vest)")));
    const Meeting fewer(many(80, "thing"), {"helmet", "vest"});
    EXPECT_THAT(fewer.lines, ElementsAre(HasSubstr("by number"), HasSubstr("78 of the 80 classes")));
    EXPECT_EQ(fewer.classes.of_network.at(2), -1);
    const Meeting forced(many(80, "thing"), {"helmet", "vest"}, Task::detect, "number");
    EXPECT_THAT(forced.lines, ElementsAre(HasSubstr("78 of the 80 classes")));
}

TEST(ValClasses, OneClassForAllNeedsNoMatch) {
    ModelInfo info;
    info.names = std::make_shared<const Texts>(Texts{"cat", "dog"});
    data::DatasetSpec spec;
    spec.names = std::make_shared<const Texts>(Texts{"x", "y", "z"});
    Config config;
    config.set("single_cls", true);
    const JudgedClasses classes =
        judged_classes(config, info, spec, [](LogLevel, std::string_view text) { ADD_FAILURE() << text; });
    EXPECT_THAT(*classes.names, ElementsAre("item"));
    EXPECT_THAT(classes.of_network, IsEmpty());
}

TEST(ValClasses, FoldersAreNumberedAsTheModelIs) {
    const Meeting some({"zebra", "ant", "mouse"}, {"Ant", "bee", "mouse"}, Task::classify);
    EXPECT_THAT(*some.classes.names, ElementsAre("zebra", "Ant", "mouse", "bee"));
    EXPECT_THAT(*numbered_as(some.spec, some.classes).names, ElementsAre("zebra", "Ant", "mouse", "bee"));
    EXPECT_THAT(some.classes.of_network, IsEmpty());
    EXPECT_THAT(some.lines, ElementsAre(HasSubstr("'Ant'"), HasSubstr("(bee): its pictures count as wrong"),
                                        HasSubstr("(zebra): a picture that is taken for it is wrong")));
    const Meeting none({"zebra", "ant"}, {"x", "y"}, Task::classify);
    EXPECT_THAT(*none.classes.names, ElementsAre("x", "y"));
    EXPECT_THAT(none.lines, ElementsAre(HasSubstr("by number")));
    EXPECT_THAT(*Meeting({"0", "1", "2"}, {"x", "y"}, Task::classify).classes.names,
                ElementsAre("x", "y", "2"));
}

}  // namespace
}  // namespace yolo::evaluation
