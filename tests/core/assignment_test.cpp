// SPDX-License-Identifier: Apache-2.0
#include "core/assignment.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace yolo {
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

}  // namespace
}  // namespace yolo
