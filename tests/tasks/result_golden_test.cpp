// SPDX-License-Identifier: Apache-2.0
/// \file golden/text: every form of a result, equal to the reference's to the character (the numbers of
/// rotated boxes to one unit of the last digit: float32 sine and cosine).
#include "core/files.hpp"
#include "tasks/result_cases.hpp"
#include "tasks/result_numbers.hpp"

namespace yolo::test {
namespace {

void expect_text(const std::string& ours, const std::string& theirs, const ResultCase& one) {
    if (one.result.task == Task::obb) {
        EXPECT_TRUE(equal_to_last_digit(ours, theirs)) << ours << "\n" << theirs;
    } else {
        EXPECT_EQ(ours, theirs);
    }
}

/// A summary of the golden written as to_json writes one.
std::string compact(const nlohmann::ordered_json& value) {
    std::string text;
    if (value.is_number_float()) {
        tasks::append_number(text, value.get<double>());
        return text;
    }
    if (!value.is_structured()) return value.dump();
    for (const auto& [key, item] : value.items()) {
        text += text.empty() ? "" : ",";
        text += value.is_object() ? nlohmann::json(key).dump() + ":" + compact(item) : compact(item);
    }
    return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

std::string joined(const nlohmann::ordered_json& lines) {
    std::string text;
    for (const std::string line : lines) text += line + "\n";
    return text;
}

/// What save_txt writes; "" when it writes no file.
std::string saved(const Result& result, bool with_confidence, int times = 1) {
    const auto path = scratch_dir() / "labels" / "picture.txt";
    for (int i = 0; i < times; ++i) result.save_txt(path.string(), with_confidence);
    return std::filesystem::exists(path) ? read_text(path) : "";
}

class ResultGolden : public ::testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_GOLDEN("text");
        cases = result_cases();
        ASSERT_FALSE(cases.empty());
    }
    std::vector<ResultCase> cases;
};

TEST_F(ResultGolden, PrintedPart) {
    for (const ResultCase& one : cases) {
        SCOPED_TRACE(one.label);
        EXPECT_EQ(one.result.verbose(), one.expected["verbose"]);
        if (one.expected.contains("length")) {
            EXPECT_EQ(one.result.size(), one.expected["length"]);
        }
    }
}

TEST_F(ResultGolden, LabelFiles) {
    for (const ResultCase& one : cases) {
        SCOPED_TRACE(one.label);
        for (const auto& [key, with_confidence] : {std::pair{"save_txt", false},
                                                   {"save_txt_conf", true},
                                                   {"txt_conf_false", false},
                                                   {"txt_conf_true", true}}) {
            if (one.expected.contains(key))
                expect_text(saved(one.result, with_confidence), joined(one.expected[key]), one);
        }
        if (one.expected.contains("save_txt_twice_lines")) {
            const std::string twice = saved(one.result, false, 2);
            EXPECT_EQ(std::count(twice.begin(), twice.end(), '\n'), one.expected["save_txt_twice_lines"]);
        }
    }
}

TEST_F(ResultGolden, Summaries) {
    for (const ResultCase& one : cases) {
        SCOPED_TRACE(one.label);
        expect_text(one.result.to_json(), compact(one.expected["summary"]), one);
        if (one.expected.contains("summary_normalised_3")) {
            expect_text(one.result.to_json({.normalize = true, .decimals = 3}),
                        compact(one.expected["summary_normalised_3"]), one);
        }
    }
}

TEST_F(ResultGolden, JsonAndCsv) {
    for (const ResultCase& one : cases) {
        SCOPED_TRACE(one.label);
        if (one.expected.contains("json")) expect_text(one.result.to_json(), one.expected["json"], one);
        if (one.expected.contains("csv")) expect_text(one.result.to_csv(), one.expected["csv"], one);
    }
}

}  // namespace
}  // namespace yolo::test
