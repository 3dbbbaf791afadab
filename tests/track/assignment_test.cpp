// SPDX-License-Identifier: Apache-2.0
#include "track/assignment.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "support/golden_case.hpp"
#include "track/overlaps.hpp"

namespace yolo::track {
namespace {

using Dense = std::vector<std::vector<double>>;  // rows x columns

SparseCosts sparse(const Dense& costs, std::size_t columns, double limit) {
    SparseCosts pairs(columns);
    for (const auto& row : costs) {
        for (std::size_t c = 0; c < columns; ++c) {
            if (row[c] <= limit) pairs.add(static_cast<int>(c), row[c]);
        }
        pairs.end_row();
    }
    return pairs;
}

/// Sum of (cost - limit) over the pairs.
double value(const Dense& costs, const std::vector<int>& columns, double limit) {
    double sum = 0;
    for (std::size_t r = 0; r < columns.size(); ++r) {
        if (columns[r] >= 0) sum += costs[r][static_cast<std::size_t>(columns[r])] - limit;
    }
    return sum;
}

/// The least sum of all ways to pair rows from `row` on with columns that are not in `used`.
double least(const Dense& costs, std::size_t columns, double limit, std::size_t row = 0, unsigned used = 0) {
    if (row == costs.size()) return 0;
    double best = least(costs, columns, limit, row + 1, used);
    for (std::size_t c = 0; c < columns; ++c) {
        if ((used >> c & 1U) != 0) continue;
        best = std::min(best, costs[row][c] - limit + least(costs, columns, limit, row + 1, used | 1U << c));
    }
    return best;
}

TEST(Assignment, is_as_cheap_as_the_best_of_all_ways) {
    std::mt19937 random(7);
    std::uniform_int_distribution<std::size_t> side(0, 6);
    std::uniform_int_distribution<int> tenths(0, 10);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int round = 0; round < 2000; ++round) {
        const std::size_t rows = side(random), columns = side(random);
        const double limit = unit(random);
        Dense costs(rows, std::vector<double>(columns));
        for (auto& row : costs) {  // every second time with many ties
            for (double& cost : row) cost = round % 2 == 0 ? unit(random) : tenths(random) / 10.0;
        }
        const auto found = assign(sparse(costs, columns, limit), limit);
        ASSERT_EQ(found.size(), rows);
        std::vector<int> taken;
        std::ranges::copy_if(found, std::back_inserter(taken), [](int column) { return column >= 0; });
        std::ranges::sort(taken);
        ASSERT_EQ(std::ranges::adjacent_find(taken), taken.end()) << "a column was taken twice";
        ASSERT_NEAR(value(costs, found, limit), least(costs, columns, limit), 1e-9) << "round " << round;
    }
}

TEST(Assignment, a_row_gives_its_column_up_when_that_is_cheaper) {
    // Both want column 0; the first may stay alone at less loss than the second.
    const Dense costs{{0.5, 0.9}, {0.1, 0.9}};
    EXPECT_EQ(assign(sparse(costs, 2, 0.8), 0.8), (std::vector<int>{-1, 0}));
}

TEST(Assignment, a_cost_above_the_limit_is_never_taken) {
    SparseCosts costs(1);
    costs.add(0, 0.81);
    costs.end_row();
    EXPECT_EQ(assign(costs, 0.8), std::vector<int>{-1});
}

using Pairs = std::map<std::int64_t, std::int64_t>;

Pairs stored_pairs(const test::StoredTensor& stored) {
    Pairs pairs;
    const auto values = stored.as<std::int64_t>();
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) pairs[values[i]] = values[i + 1];
    return pairs;
}

std::vector<image::Box4> boxes_of(const test::GoldenCase& golden, const std::string& name) {
    std::vector<image::Box4> boxes;
    const auto values = golden.floats(name);
    for (std::size_t i = 0; i + 3 < values.size(); i += 4)
        boxes.push_back({values[i], values[i + 1], values[i + 2], values[i + 3]});
    return boxes;
}

void compare_table(const test::GoldenCase& golden, const std::string& number) {
    const auto tracks = boxes_of(golden, "tracks" + number), found = boxes_of(golden, "detections" + number);
    const auto scores = golden.floats("scores" + number), plain = golden.floats("iou_cost" + number);
    const auto fused = golden.floats("fused_cost" + number);
    Dense costs(tracks.size(), std::vector<double>(found.size()));
    for (std::size_t t = 0; t < tracks.size(); ++t) {
        for (std::size_t d = 0; d < found.size(); ++d) {
            const float shared = box_overlap(tracks[t], found[d]);
            EXPECT_NEAR(1 - shared, plain[t * found.size() + d], 1e-6);
            costs[t][d] = 1 - shared * scores[d];
            EXPECT_NEAR(costs[t][d], fused[t * found.size() + d], 1e-6);
        }
    }
    const std::string prefix = "pairs" + number + "_at";
    for (const auto& [name, stored] : golden.tensors) {
        if (!name.starts_with(prefix)) continue;
        const double limit = std::stod(name.substr(prefix.size()));
        const auto columns = assign(sparse(costs, found.size(), limit), limit);
        Pairs pairs;
        for (std::size_t t = 0; t < columns.size(); ++t) {
            if (columns[t] >= 0) pairs[static_cast<std::int64_t>(t)] = columns[t];
        }
        EXPECT_EQ(pairs, stored_pairs(stored)) << name;
    }
}

TEST(Assignment, goldens) {
    YOLO_REQUIRE_GOLDEN("trackers");
    for (const test::GoldenCase& golden : test::golden_cases("trackers", "matching")) {
        for (int i = 0; golden.has("tracks" + std::to_string(i)); ++i) {
            SCOPED_TRACE(golden.name + " " + std::to_string(i));
            compare_table(golden, std::to_string(i));
        }
        const auto tracks = golden.floats("rotated_tracks"), found = golden.floats("rotated_detections");
        const auto costs = golden.floats("rotated_cost");
        const auto shape = [](const float* row) {
            return Shape{{}, image::box_gaussian({row[0], row[1], row[2], row[3], row[4]})};
        };
        for (std::size_t t = 0; t < tracks.size() / 5; ++t) {
            for (std::size_t d = 0; d < found.size() / 5; ++d) {
                EXPECT_NEAR(1 - overlap(shape(&tracks[5 * t]), shape(&found[5 * d]), true),
                            costs[t * (found.size() / 5) + d], 1e-4);
            }
        }
    }
}

}  // namespace
}  // namespace yolo::track
