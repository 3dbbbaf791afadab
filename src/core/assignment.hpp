// SPDX-License-Identifier: Apache-2.0
/// \file Who goes with whom at the least cost.
#pragma once

#include <cstddef>
#include <vector>

namespace yolo {

/// Costs of the pairs that may be made, row by row; every other pair is out of the question.
class SparseCosts {
  public:
    struct Edge {
        int column = 0;
        double cost = 0;
    };

    explicit SparseCosts(std::size_t columns = 0) : columns_(columns) {}

    /// Ends the row that add() filled.
    void end_row() { starts_.push_back(edges_.size()); }
    void add(int column, double cost) { edges_.push_back({column, cost}); }

    std::size_t rows() const { return starts_.size() - 1; }
    std::size_t columns() const { return columns_; }
    std::size_t pairs() const { return edges_.size(); }
    const Edge* begin(std::size_t row) const { return edges_.data() + starts_[row]; }
    const Edge* end(std::size_t row) const { return edges_.data() + starts_[row + 1]; }

  private:
    std::size_t columns_;
    std::vector<Edge> edges_;
    std::vector<std::size_t> starts_{0};
};

/// The column of each row, or -1, so that the sum of (cost - limit) over the pairs is least. That is the
/// assignment of least cost on the square matrix of rows + columns where staying alone costs limit / 2. Pairs
/// above the limit are never taken. Exact: shortest augmenting paths with duals (Jonker and Volgenant 1987)
/// over the pairs that there are.
std::vector<int> assign(const SparseCosts& costs, double limit);

}  // namespace yolo
