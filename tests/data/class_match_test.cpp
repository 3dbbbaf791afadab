// SPDX-License-Identifier: Apache-2.0
#include "data/class_match.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yolo::data {
namespace {

using Basis = ClassMatch::Basis;
using Names = std::vector<std::string>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClassMatch, TheSameNamesAreTheSame) {
    const ClassMatch match = match_classes({"a", "b"}, {"a", "b"});
    EXPECT_EQ(match.basis, Basis::same);
    EXPECT_THAT(match.set_class, ElementsAre(0, 1));
    EXPECT_FALSE(match.other_order);
    EXPECT_THAT(match.unknown, IsEmpty());
    EXPECT_THAT(match.left_out, IsEmpty());
}

TEST(ClassMatch, NamesDecideNotPlaces) {
    const ClassMatch match = match_classes({"red", "white", "plate"}, {"white", "plate", "red"});
    EXPECT_EQ(match.basis, Basis::names);
    EXPECT_THAT(match.set_class, ElementsAre(2, 0, 1));
    EXPECT_TRUE(match.other_order);
}

TEST(ClassMatch, WhatOnlyOneOfThemHasIsToldApart) {
    const ClassMatch match = match_classes({"a", "b", "c"}, {"b", "x", "c", "y"});
    EXPECT_THAT(match.set_class, ElementsAre(-1, 0, 2));
    EXPECT_THAT(match.unknown, ElementsAre(1, 3));
    EXPECT_THAT(match.left_out, ElementsAre(0));
    EXPECT_TRUE(match.other_order);
    EXPECT_FALSE(match_classes({"a", "b"}, {"a", "b", "c"}).other_order);
}

TEST(ClassMatch, OfNamesThatAreThereTwiceTheFirstIsTheFirst) {
    EXPECT_THAT(match_classes({"crane", "a", "crane"}, {"a", "crane", "crane"}).set_class,
                ElementsAre(1, 0, 2));
    EXPECT_THAT(match_classes({"crane", "crane"}, {"crane", "a"}).set_class, ElementsAre(0, -1));
}

TEST(ClassMatch, SpellingMayDifferWhereItIsClear) {
    const ClassMatch match =
        match_classes({"Person", "traffic light", "dog"}, {"traffic_light", " person ", "dog"});
    EXPECT_THAT(match.set_class, ElementsAre(1, 0, 2));
    EXPECT_THAT(match.other_words, ElementsAre(0, 1));
}

TEST(ClassMatch, EqualSpellingGoesFirstAndUnclearOnesAreNotGuessed) {
    EXPECT_THAT(match_classes({"Apple", "apple"}, {"apple", "APPLE"}).set_class, ElementsAre(1, 0));
    EXPECT_THAT(match_classes({"Apple", "b"}, {"apple", "APPLE", "b"}).set_class, ElementsAre(-1, 2));
    EXPECT_THAT(match_classes({"b"}, {"b", "B"}).other_words, IsEmpty());
}

TEST(ClassMatch, NamesThatOnlyCountAreNone) {
    const ClassMatch match = match_classes({"0", "1", "2"}, {"cell", "other"});
    EXPECT_EQ(match.basis, Basis::numbers);
    EXPECT_THAT(match.set_class, ElementsAre(0, 1, -1));
    EXPECT_THAT(match.left_out, ElementsAre(2));
    EXPECT_EQ(match_classes({"cat"}, {"class_0"}).basis, Basis::numbers);
    EXPECT_EQ(match_classes({"cat"}, {"dog"}).basis, Basis::nothing);
    EXPECT_THAT(match_classes({"0", "1", "2"}, {"2", "1", "0"}).set_class, ElementsAre(2, 1, 0))
        << "digits that are names";
}

TEST(ClassMatch, KnowsNamesThatOnlyCount) {
    for (const Names& names : {Names{"0", "1"}, Names{"class0", "class1"}, Names{"Class 00", "Class 01"},
                               Names{"cls_0"}, Names{"item"}, Names{"class-0", "class-1"}})
        EXPECT_TRUE(only_count(names)) << names.front();
    for (const Names& names : {Names{"1", "2"}, Names{"0", "cat"}, Names{"cat0", "cat1"}, Names{"class"},
                               Names{"0 cars"}, Names{"item", "b"}, Names{""}})
        EXPECT_FALSE(only_count(names)) << names.front();
}

}  // namespace
}  // namespace yolo::data
