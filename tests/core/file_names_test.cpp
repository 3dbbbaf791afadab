// SPDX-License-Identifier: Apache-2.0
#include "core/file_names.hpp"

#include <gmock/gmock.h>

namespace yolo {
namespace {

using testing::ElementsAre;

TEST(FileNames, StayAsTheyAreWhereTheyCan) {
    EXPECT_THAT(file_names({"car", "small vehicle", "größe", "a.b", "-"}),
                ElementsAre("car", "small vehicle", "größe", "a.b", "-"));
    EXPECT_TRUE(file_names({}).empty());
}

TEST(FileNames, LeadNowhereElse) {
    EXPECT_THAT(file_names({"a/b", "c\\d", "..", std::string("e\0f", 3), "g\nh", " i "}),
                ElementsAre("a_b", "c_d", "_", "e_f", "g_h", "i"));
    EXPECT_THAT(file_names({"", "."}), ElementsAre("_", "_-2"));
    EXPECT_THAT(file_names({"   ", "/"}), ElementsAre("_", "_-2"));
}

TEST(FileNames, AreAllDifferent) {
    EXPECT_THAT(file_names({"a/b", "a_b", "a\\b", "a_b-2", "a_b"}),
                ElementsAre("a_b-3", "a_b", "a_b-4", "a_b-2", "a_b-5"));
}

TEST(FileNames, AreCutAtAWholeLetter) {
    std::string umlauts = "x";
    for (int i = 0; i < 150; ++i) umlauts += "ü";
    const auto names = file_names({umlauts, umlauts + "y", std::string(300, 'z')});
    EXPECT_EQ(names[0], umlauts.substr(0, 199));
    EXPECT_EQ(names[1], umlauts.substr(0, 199) + "-2");
    EXPECT_EQ(names[2].size(), 200u);
}

}  // namespace
}  // namespace yolo
