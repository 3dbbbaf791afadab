// SPDX-License-Identifier: Apache-2.0
#include "core/rim.hpp"

#include <filesystem>
#include <new>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <yolo/error.hpp>

namespace yolo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <class Thrower>
void entry(const Thrower& thrower) try {
    thrower();
} catch (...) {
    rethrow_as_error();
}

template <class Thrower>
std::string text_of(const Thrower& thrower) {
    try {
        entry(thrower);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Rim, OurErrorsPassAsTheyAre) {
    EXPECT_THROW(entry([] { throw UsageError("a"); }), UsageError);
    EXPECT_THROW(entry([] { throw Cancelled("a"); }), Cancelled);
    EXPECT_EQ(text_of([] { throw Error("a sentence"); }), "a sentence");
    EXPECT_NO_THROW(entry([] {}));
}

TEST(Rim, ForeignOnesBecomeOneSentence) {
    const std::string name(300, 'x');
    const std::string too_long = text_of([&] { (void)std::filesystem::is_regular_file(name + "/a"); });
    EXPECT_THAT(too_long, HasSubstr("File name too long"));
    EXPECT_THAT(too_long, Not(HasSubstr("filesystem error")));
    EXPECT_LT(too_long.size(), 200U) << "the name is shortened";
    EXPECT_THAT(text_of([] { throw std::bad_alloc(); }), HasSubstr("not enough memory"));
    EXPECT_THAT(text_of([] { EXPECT_TRUE(nlohmann::json::parse("{").is_null()); }), HasSubstr("parse error"));
    const std::string opencv = text_of([] {
        throw std::runtime_error(
            "OpenCV(4.6.0) ./modules/core/src/matrix.cpp:1: error: (-215:Assertion failed) s >= 0 "
            "in function 'create'\n\n");
    });
    EXPECT_THAT(opencv, HasSubstr("s >= 0 in function 'create'"));
    EXPECT_THAT(opencv, Not(HasSubstr("matrix.cpp")));
    EXPECT_THAT(text_of([] { throw std::runtime_error("first line\nframe #0: ...\n"); }),
                Not(HasSubstr("frame")));
    EXPECT_THAT(text_of([] { throw std::runtime_error(""); }), HasSubstr("no reason is known"));
}

TEST(Rim, TheOriginalIsNested) {
    try {
        entry([] { throw std::out_of_range("a"); });
        FAIL();
    } catch (const Error& error) {
        EXPECT_THROW(std::rethrow_if_nested(error), std::out_of_range);
    }
}

}  // namespace
}  // namespace yolo
