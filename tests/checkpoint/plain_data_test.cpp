// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/plain_data.hpp"

#include "checkpoint/load_content.hpp"
#include "checkpoint/pickle_code.hpp"

namespace yolo::test {
namespace {

using namespace std::string_literals;

Json json_of(const pickle::Code& code) {
    return checkpoint::plain_data(checkpoint::Pickle::parse(bytes_of(pickle::whole(code))).root());
}

TEST(PlainData, NumbersTextsAndContainers) {
    EXPECT_EQ(json_of(pickle::none()), Json());
    EXPECT_EQ(json_of(pickle::boolean(true)), Json(true));
    EXPECT_EQ(json_of(pickle::integer(-3)), Json(-3));
    EXPECT_EQ(json_of(pickle::real(0.25)), Json(0.25));
    EXPECT_EQ(json_of(pickle::integers({1, 2})), Json({1, 2}));
    const Json object = json_of(pickle::dict({{pickle::text("b"), pickle::none()},
                                              {pickle::integer(7), pickle::text("seven")},
                                              {pickle::tuple({}), pickle::text("left out")}}));
    EXPECT_EQ(object.dump(), R"({"b":null,"7":"seven"})");
}

TEST(PlainData, ObjectsThatStandForData) {
    EXPECT_EQ(json_of(pickle::call(pickle::global("torch", "Size"), {pickle::integers({1, 64})})),
              Json({1, 64}));
    EXPECT_EQ(json_of(pickle::call(pickle::global("pathlib", "PosixPath"),
                                   {pickle::text("/"), pickle::text("runs"), pickle::text("a")})),
              Json("/runs/a"));
    EXPECT_EQ(json_of(pickle::call(pickle::global("pathlib._local", "WindowsPath"),
                                   {pickle::text("runs"), pickle::text("a")})),
              Json("runs/a"));
    EXPECT_EQ(json_of(pickle::instance(pickle::global("ultralytics.utils", "IterableSimpleNamespace"),
                                       pickle::named({{"imgsz", pickle::integer(64)}}))),
              Json({{"imgsz", 64}}));
    EXPECT_EQ(json_of(pickle::instance(pickle::global("mine", "Thing"), pickle::dict({}))), Json());
}

TEST(PlainData, NumPyScalars) {
    const auto scalar = [](const std::string& code, const std::string& bytes) {
        const pickle::Code dtype =
            pickle::call(pickle::global("numpy", "dtype"),
                         {pickle::text(code), pickle::boolean(false), pickle::boolean(true)});
        return json_of(pickle::call(pickle::global("numpy.core.multiarray", "scalar"),
                                    {dtype, "C" + std::string(1, static_cast<char>(bytes.size())) + bytes}));
    };
    EXPECT_EQ(scalar("f8", "\0\0\0\0\0\0\xf8\x3f"s), Json(1.5));
    EXPECT_EQ(scalar("i8", "\x05\0\0\0\0\0\0\0"s), Json(5));
    EXPECT_EQ(scalar("f8", "short"), Json());
}

TEST(PlainData, TextsThatAreNotUtf8CanStillBeWritten) {
    EXPECT_EQ(json_of(pickle::text("caf\xc3\xa9")), Json("caf\xc3\xa9"));
    EXPECT_EQ(json_of(pickle::text("a\xff"
                                   "b")),
              Json("a\xef\xbf\xbd"
                   "b"));
}

TEST(PlainData, CyclesAndExplosionsAreErrors) {
    EXPECT_THROW(json_of("]q\1h\1a"), Error);
    pickle::Code doubling = "]q\1";
    for (int i = 0; i < 24; ++i) doubling = doubling + "0](h\1h\1eq\1";  // 2^24 leaves
    EXPECT_THROW(json_of(doubling), Error);
}

}  // namespace
}  // namespace yolo::test
