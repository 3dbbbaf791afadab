// SPDX-License-Identifier: Apache-2.0
/// \file Whole predictions of trained checkpoints against the reference's: golden/trained/*.json.
#include <cmath>
#include <fstream>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <yolo/model.hpp>

#include "core/json.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

constexpr double box_tolerance = 0.5;           // pixels
constexpr double confidence_tolerance = 0.005;  // also the width of the border around conf
constexpr double wanted_share = 0.995;          // of the pairs
constexpr double angle_tolerance = 0.02;        // radians

/// A detection of either side: box or rotated box without the confidence and class.
struct Row {
    std::vector<double> place;
    double confidence = 0;
    int class_id = 0;
    std::vector<double> keypoints;  // x, y, visibility, ...
};

/// Pairs that agree, all pairs, and detections of one side alone that are not within the confidence border.
struct Agreement {
    int equal = 0, pairs = 0, alone = 0;
    void operator+=(const Agreement& other) {
        equal += other.equal;
        pairs += other.pairs;
        alone += other.alone;
    }
};

std::vector<Row> rows_of(const Json& expected) {
    const bool rotated = expected.contains("obb");
    std::vector<Row> rows;
    for (const Json& values : expected.at(rotated ? "obb" : "boxes")) {
        const auto numbers = values.get<std::vector<double>>();
        const std::size_t place = rotated ? 5 : 4;
        rows.push_back({{numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(place)},
                        numbers.at(place),
                        static_cast<int>(numbers.at(place + 1)),
                        {}});
    }
    if (expected.contains("keypoints")) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (const Json& point : expected.at("keypoints").at(i)) {
                for (const double value : point) rows[i].keypoints.push_back(value);
            }
        }
    }
    return rows;
}

std::vector<Row> rows_of(const Result& result) {
    std::vector<Row> rows;
    for (const Box& b : result.boxes)
        rows.push_back({{b.x1, b.y1, b.x2, b.y2}, b.confidence, b.class_id, {}});
    for (const RotatedBox& b : result.obb) {
        rows.push_back({{b.cx, b.cy, b.width, b.height, b.angle}, b.confidence, b.class_id, {}});
    }
    for (std::size_t i = 0; i < result.keypoints.size(); ++i) {
        for (const Keypoint& point : result.keypoints[i]) {
            for (const float value : {point.x, point.y, point.confidence}) rows[i].keypoints.push_back(value);
        }
    }
    return rows;
}

double distance(const Row& a, const Row& b) {
    double most = a.class_id == b.class_id ? 0 : 1e9;
    for (std::size_t i = 0; i < 4; ++i) most = std::max(most, std::abs(a.place[i] - b.place[i]));
    return most;
}

bool agrees(const Row& a, const Row& b) {
    bool equal =
        distance(a, b) <= box_tolerance && std::abs(a.confidence - b.confidence) <= confidence_tolerance;
    if (a.place.size() > 4) {
        const double turn = std::remainder(a.place[4] - b.place[4], M_PI);
        equal = equal && std::abs(turn) <= angle_tolerance;
    }
    if (a.keypoints.size() != b.keypoints.size()) return false;
    for (std::size_t i = 0; i < a.keypoints.size(); ++i) {
        equal = equal && std::abs(a.keypoints[i] - b.keypoints[i]) <=
                             (i % 3 == 2 ? confidence_tolerance : box_tolerance);
    }
    return equal;
}

/// Pairs each expected detection with the nearest one of ours that is still free.
Agreement compare(const std::vector<Row>& expected, std::vector<Row> ours, double conf) {
    const auto at_border = [&](const Row& row) { return row.confidence < conf + confidence_tolerance; };
    Agreement agreement;
    for (const Row& row : expected) {
        const auto nearest = std::min_element(ours.begin(), ours.end(), [&](const Row& a, const Row& b) {
            return distance(row, a) < distance(row, b);
        });
        if (nearest == ours.end() || distance(row, *nearest) > 20) {
            agreement.alone += at_border(row) ? 0 : 1;
            continue;
        }
        ++agreement.pairs;
        agreement.equal += agrees(row, *nearest) ? 1 : 0;
        ours.erase(nearest);
    }
    for (const Row& row : ours) agreement.alone += at_border(row) ? 0 : 1;
    return agreement;
}

Agreement compare_classes(const Json& expected, const Result& result) {
    Agreement agreement;
    const auto best = result.top(5);
    for (std::size_t i = 0; i < best.size(); ++i) {
        const double confidence = result.probs.at(static_cast<std::size_t>(best[i]));
        const double wanted = expected.at("top5conf").at(i);
        ++agreement.pairs;
        // Two classes with nearly one probability may change places.
        agreement.equal += std::abs(confidence - wanted) <= confidence_tolerance &&
                                   (best[i] == expected.at("top5").at(i) || wanted < confidence_tolerance)
                               ? 1
                               : 0;
    }
    return agreement;
}

std::string trimmed(std::string text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

/// All pictures of a size; under sanitizers, which are there for the code and not for the figures, a few.
Json looked_at(const Json& pictures) {
#ifdef YOLO_SANITIZED
    Json few = Json::object();
    for (const auto& [name, expected] : pictures.items()) {
        if (few.size() < 4) few[name] = expected;
    }
    return few;
#else
    return pictures;
#endif
}

class Trained : public ::testing::TestWithParam<fs::path> {};

TEST_P(Trained, PredictionsEqualTheReference) {
    const Json golden = Json::parse(std::ifstream(GetParam()));
    const fs::path checkpoint = fs::path(GetParam()).replace_extension(".pt");
    Model model(checkpoint.string());
    Agreement total;
    int lines = 0, lines_equal = 0;
    double mask_area = 0, mask_difference = 0;
    for (const auto& [size, pictures] : golden.at("predict").items()) {
        const Json chosen = looked_at(pictures);
        for (const auto& [name, expected] : chosen.items()) {
            const fs::path picture =
                GetParam().parent_path() / golden.at("pictures").at(name).get<std::string>();
            const int side = std::stoi(size);
            PredictOptions options;
            options.imgsz = Size{side, side};
            for (const Result& result : model.predict(picture.string(), options)) {
                EXPECT_EQ(result.orig_shape.height, expected.at("shape").at(0)) << picture;
                if (expected.contains("top5")) {
                    total += compare_classes(expected, result);
                    continue;
                }
                const Agreement one = compare(rows_of(expected), rows_of(result), options.conf);
                EXPECT_EQ(one.alone, 0) << name << " at " << size;
                total += one;
                ++lines;
                lines_equal += trimmed(result.verbose()) == trimmed(expected.at("verbose")) ? 1 : 0;
                if (expected.contains("mask_area") &&
                    result.masks.size() == expected.at("mask_area").size()) {
                    for (std::size_t i = 0; i < result.masks.size(); ++i) {
                        const double wanted = expected.at("mask_area").at(i);
                        const auto& data = result.masks[i].data;
                        mask_area += wanted;
                        mask_difference +=
                            std::abs(wanted - static_cast<double>(std::count(data.begin(), data.end(), 1)));
                    }
                }
            }
        }
    }
    ASSERT_GT(total.pairs, 0);
#ifndef YOLO_SANITIZED
    EXPECT_GE(total.equal, wanted_share * total.pairs);
#endif
    EXPECT_GE(lines_equal, wanted_share * lines - 1) << "lines with another count";
    EXPECT_LE(mask_difference, 0.005 * mask_area);
    fmt::print("{}: {}/{} pairs equal, {}/{} lines equal, masks differ by {} of {} pixels\n",
               GetParam().stem().string(), total.equal, total.pairs, lines_equal, lines, mask_difference,
               mask_area);
}

TEST_P(Trained, Bf16FindsTheSame) {
    const fs::path checkpoint = fs::path(GetParam()).replace_extension(".pt");
    const Json golden = Json::parse(std::ifstream(GetParam()));
    Model model(checkpoint.string());
    if (model.info().task == Task::classify) return;
    const auto first = golden.at("predict").begin();
    const std::string size = first.key();
    const Json pictures = looked_at(first.value());
    int found = 0, wanted = 0;
    for (const auto& [name, expected] : pictures.items()) {
        const fs::path picture = GetParam().parent_path() / golden.at("pictures").at(name).get<std::string>();
        PredictOptions options;
        options.imgsz = Size{std::stoi(size), std::stoi(size)};
        options.half = true;
        const Result result = *model.predict(picture.string(), options).begin();
        for (const Box& box : result.boxes) {
            // Close to the border either side may miss one.
            if (box.confidence < options.conf + 0.03F) continue;
            ++wanted;
            for (const Row& row : rows_of(expected)) {
                if (row.class_id != box.class_id || std::abs(row.confidence - box.confidence) > 0.03)
                    continue;
                const double x =
                    std::min<double>(row.place[2], box.x2) - std::max<double>(row.place[0], box.x1);
                const double y =
                    std::min<double>(row.place[3], box.y2) - std::max<double>(row.place[1], box.y1);
                const double area = (row.place[2] - row.place[0]) * (row.place[3] - row.place[1]);
                const double own = (box.x2 - box.x1) * (box.y2 - box.y1);
                if (x > 0 && y > 0 && x * y / (area + own - x * y) >= 0.95) {
                    ++found;
                    break;
                }
            }
        }
    }
    fmt::print("{} in bf16: {} of {} found\n", GetParam().stem().string(), found, wanted);
    EXPECT_GE(found, 0.97 * wanted);
}

std::string case_name(const ::testing::TestParamInfo<fs::path>& info) {
    std::string name = info.param.stem().string();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; },
        '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Golden, Trained, ::testing::ValuesIn(test::golden_files("trained", ".json")),
                         case_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Trained);

TEST(TrainedGolden, ArePresent) {
    YOLO_REQUIRE_GOLDEN("trained");
}

}  // namespace
}  // namespace yolo
