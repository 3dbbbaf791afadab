// SPDX-License-Identifier: Apache-2.0
#include "support/home.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

using test::Home;

TEST_F(Home, StandsForATildeAtTheStart) {
    EXPECT_EQ(expand_home("~"), "/h o/mé");
    EXPECT_EQ(expand_home("~/"), "/h o/mé");
    EXPECT_EQ(expand_home("~/a b/ü.jpg"), "/h o/mé/a b/ü.jpg");
    EXPECT_EQ(expand_home("~//a"), "/h o/mé/a");
    for (const char* text :
         {"", "a", "a/~/b", "./~", "/~", " ~", "https://a/~b", "~$letter.docx", "~nobody-has-this-name/a"})
        EXPECT_EQ(expand_home(text), text);
}

TEST_F(Home, OfOtherUsersIsWhatTheSystemKnows) {
    const fs::path root = expand_home("~root");
    if (root == "~root") GTEST_SKIP() << "this system has no list of users";
    EXPECT_TRUE(root.is_absolute());
    EXPECT_EQ(expand_home("~root/a"), root / "a");
}

TEST_F(Home, IsAskedOfTheSystemWhereItIsUnset) {
    ::unsetenv("HOME");
    const fs::path unset = home_folder();
    ::setenv("HOME", "", 1);
    EXPECT_EQ(home_folder(), unset);
    EXPECT_TRUE(unset.empty() || unset.is_absolute());
    if (unset.empty()) {
        EXPECT_THROW(expand_home("~/a"), Error);
    }
}

}  // namespace
}  // namespace yolo
