// SPDX-License-Identifier: Apache-2.0
#include "track/mutual_pairs.hpp"

#include <limits>

namespace yolo::track {

namespace {

struct Cheapest {
    double cost = std::numeric_limits<double>::infinity();
    std::size_t index = 0;
};

/// The cheapest column of each row and row of each column, of those that are not taken.
void find_cheapest(const SparseCosts& costs, const std::vector<bool>& row_taken,
                   const std::vector<bool>& column_taken, std::vector<Cheapest>& of_row,
                   std::vector<Cheapest>& of_column) {
    of_row.assign(costs.rows(), {});
    of_column.assign(costs.columns(), {});
    for (std::size_t row = 0; row < costs.rows(); ++row) {
        if (row_taken[row]) continue;
        for (const auto* edge = costs.begin(row); edge != costs.end(row); ++edge) {
            const auto column = static_cast<std::size_t>(edge->column);
            if (column_taken[column]) continue;
            if (edge->cost < of_row[row].cost) of_row[row] = {edge->cost, column};
            if (edge->cost < of_column[column].cost) of_column[column] = {edge->cost, row};
        }
    }
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> mutual_pairs(const SparseCosts& costs, double limit,
                                                              double step) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    std::vector<bool> row_taken(costs.rows()), column_taken(costs.columns());
    std::vector<Cheapest> of_row, of_column;
    for (std::size_t before = 1; pairs.size() != before; limit -= step) {
        before = pairs.size();
        find_cheapest(costs, row_taken, column_taken, of_row, of_column);
        for (std::size_t row = 0; row < costs.rows(); ++row) {
            const auto [cost, column] = of_row[row];
            if (!(cost < limit) || of_column[column].index != row) continue;
            row_taken[row] = column_taken[column] = true;
            pairs.emplace_back(row, column);
        }
    }
    return pairs;
}

}  // namespace yolo::track
