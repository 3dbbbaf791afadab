// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include <yolo/error.hpp>
#include <yolo/result.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "support/golden.hpp"
#include "tasks/result_numbers.hpp"

namespace yolo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result detections(std::vector<std::string> names, std::vector<Box> boxes) {
    Result result;
    result.path = "picture.jpg";
    result.names = std::make_shared<const std::vector<std::string>>(std::move(names));
    result.orig_shape = {100, 200};
    result.boxes = std::move(boxes);
    return result;
}

Result classes(std::vector<std::string> names, std::vector<float> probs) {
    Result result = detections(std::move(names), {});
    result.task = Task::classify;
    result.probs = std::move(probs);
    return result;
}

std::string number(double value, int decimals) {
    std::string text;
    tasks::append_number(text, tasks::round_decimal(value, decimals));
    return text;
}

TEST(Numbers, AreRoundedInDecimalHalvesToEven) {
    EXPECT_EQ(number(0.125, 2), "0.12");
    EXPECT_EQ(number(0.375, 2), "0.38");
    EXPECT_EQ(number(2.675, 2), "2.67");  // the double lies below 2.675
    EXPECT_EQ(number(0.5, 0), "0.0");
    EXPECT_EQ(number(1.5, 0), "2.0");
    EXPECT_EQ(number(-0.00001, 3), "-0.0");
    EXPECT_EQ(number(static_cast<double>(0.1f), 5), "0.1");
}

TEST(Numbers, NeverHaveAnExponent) {
    EXPECT_EQ(number(1e-5, 5), "0.00001");
    EXPECT_EQ(number(123456789012, 5), "123456789012.0");
    EXPECT_EQ(number(1e22, 5), "10000000000000000000000.0");
    EXPECT_EQ(number(1.0 / 3, 17), "0.3333333333333333");
    EXPECT_EQ(number(std::numeric_limits<double>::max(), 30).size(), 311u);
}

TEST(ResultName, OfAClassWithoutOneIsAnError) {
    const Result result = detections({"cat"}, {{0, 0, 1, 1, 0.5f, 3}});
    EXPECT_EQ(result.name(0), "cat");
    EXPECT_THROW(result.name(1), Error);
    EXPECT_THROW(result.name(-1), Error);
    EXPECT_THROW(result.verbose(), Error);
}

TEST(ResultTop, TiesGoToTheLowerIndex) {
    const Result result = classes({}, {0.1f, 0.4f, 0.1f, 0.4f});
    EXPECT_THAT(result.top(3), ElementsAre(1, 3, 0));
    EXPECT_THAT(result.top(9), ElementsAre(1, 3, 0, 2));
    EXPECT_TRUE(result.top(0).empty());
    EXPECT_TRUE(result.top(-1).empty());
}

TEST(ResultJson, NamesAreEscapedAndAlwaysUtf8) {
    EXPECT_THAT(detections({"a\"\\\n\x01"}, {Box{}}).to_json(), HasSubstr(R"("name":"a\"\\\n\u0001")"));
    const std::string json = detections({"Gr\xFF"}, {Box{}}).to_json();
    EXPECT_THAT(json, HasSubstr("Gr\uFFFD"));
    EXPECT_NO_THROW(parse_json(json, "here"));
}

TEST(ResultJson, UndefinedNumbersAreNull) {
    const std::string json = detections({"a"}, {{std::nanf(""), 0, INFINITY, 1, 0.5f, 0}}).to_json();
    EXPECT_THAT(json, HasSubstr(R"("box":{"x1":null,"y1":0.0,"x2":null,"y2":1.0})"));
}

TEST(ResultJson, NothingFound) {
    EXPECT_EQ(detections({"a"}, {}).to_json(), "[]");
    EXPECT_EQ(detections({"a"}, {}).to_csv(), "");
}

TEST(ResultJson, OptionsSayPlacesAndUnit) {
    const Result result = detections({"a"}, {{50, 25, 150, 75.126f, 0.98765f, 0}});
    EXPECT_EQ(
        result.to_json({.normalize = true, .decimals = 2}),
        R"([{"name":"a","class":0,"confidence":0.99,"box":{"x1":0.25,"y1":0.25,"x2":0.75,"y2":0.75}}])");
}

TEST(ResultCsv, QuotesWhatNeedsIt) {
    const Result result =
        detections({"a,b", "say \"x\"", "two\nlines", "plain"},
                   {{0, 0, 1, 1, 1, 0}, {0, 0, 1, 1, 1, 1}, {0, 0, 1, 1, 1, 2}, {0, 0, 1, 1, 1, 3}});
    const std::string csv = result.to_csv();
    EXPECT_THAT(csv, HasSubstr("\n\"a,b\",0,1.0,"));
    EXPECT_THAT(csv, HasSubstr("\n\"say \"\"x\"\"\",1,"));
    EXPECT_THAT(csv, HasSubstr("\n\"two\nlines\",2,"));
    EXPECT_THAT(csv, HasSubstr("\nplain,3,1.0,\"{'x1': 0.0, 'y1': 0.0, 'x2': 1.0, 'y2': 1.0}\"\n"));
}

TEST(ResultLabels, CannotBeWrittenToAFolder) {
    const auto folder = test::scratch_dir();
    const Result result = detections({"a"}, {{0, 0, 1, 1, 1, 0}});
    EXPECT_THROW(result.save_txt(folder.string()), Error);
}

TEST(ResultLabels, NothingFoundMakesNoFile) {
    const auto file = test::scratch_dir() / "labels" / "a.txt";
    detections({"a"}, {}).save_txt(file.string());
    EXPECT_FALSE(std::filesystem::exists(file.parent_path()));
}

TEST(Corners, TurnClockwiseInThePicture) {
    const auto corners = RotatedBox{50, 50, 40, 20, 0.3f}.corners();
    const std::array<Point, 4> expected = {
        {{66.1515f, 65.4638f}, {72.0619f, 46.3570f}, {33.8485f, 34.5362f}, {27.9381f, 53.6430f}}};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(corners[i].x, expected[i].x, 1e-4);
        EXPECT_NEAR(corners[i].y, expected[i].y, 1e-4);
    }
}

}  // namespace
}  // namespace yolo
