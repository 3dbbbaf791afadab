// SPDX-License-Identifier: Apache-2.0
#include "core/assignment.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace yolo {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Rows come one by one; each finds the shortest path, in reduced costs, to a free column or to a row that
/// had better stay alone. Columns that nobody has keep the dual 0, so they may stay alone, too.
class Assigner {
  public:
    Assigner(const SparseCosts& costs, double limit)
        : costs_(costs),
          limit_(limit),
          column_of_(costs.rows(), -1),
          row_of_(costs.columns(), -1),
          row_dual_(costs.rows(), 0),
          column_dual_(costs.columns(), 0),
          distance_(costs.columns(), infinite),
          from_(costs.columns(), -1),
          settled_(costs.columns(), false) {}

    std::vector<int> run() {
        for (std::size_t row = 0; row < costs_.rows(); ++row) place(static_cast<int>(row));
        return std::move(column_of_);
    }

  private:
    /// A column on the way; the nearest is on top, free ones first.
    struct Reached {
        double distance = 0;
        bool taken = false;
        int column = 0;
        bool operator<(const Reached& other) const {
            return std::pair(distance, taken) > std::pair(other.distance, other.taken);
        }
    };

    void place(int start) {
        touched_.clear();
        heap_.clear();
        visited_.assign(1, {start, 0});
        double to_end = infinite;          // the shortest way to an end that is known
        int last_column = -1, alone = -1;  // that end: a free column, or a row that stays alone
        const auto scan = [&](int row, double so_far) {
            const auto at = static_cast<std::size_t>(row);
            const double stay = so_far - row_dual_[at];  // the row's private column costs 0
            if (stay < to_end) {
                to_end = stay;
                alone = row;
                last_column = -1;
            }
            for (const auto* edge = costs_.begin(at); edge != costs_.end(at); ++edge) {
                if (edge->cost <= limit_) relax(row, *edge, so_far);
            }
        };
        scan(start, 0);
        while (!heap_.empty()) {
            const Reached next = heap_.front();
            std::pop_heap(heap_.begin(), heap_.end());
            heap_.pop_back();
            const auto column = static_cast<std::size_t>(next.column);
            if (settled_[column] || next.distance > distance_[column]) continue;
            if (next.distance > to_end || (next.distance == to_end && next.taken)) break;
            if (!next.taken) {
                to_end = next.distance;
                last_column = next.column;
                alone = -1;
                break;
            }
            settled_[column] = true;
            visited_.push_back({row_of_[column], next.distance});
            scan(row_of_[column], next.distance);
        }
        raise_duals(to_end);
        augment(start, last_column, alone);
    }

    void relax(int row, const SparseCosts::Edge& edge, double so_far) {
        const auto column = static_cast<std::size_t>(edge.column);
        if (settled_[column]) return;
        const double reduced =
            edge.cost - limit_ - row_dual_[static_cast<std::size_t>(row)] - column_dual_[column];
        const double distance = so_far + reduced;
        if (distance >= distance_[column]) return;
        if (distance_[column] == infinite) touched_.push_back(edge.column);
        distance_[column] = distance;
        from_[column] = row;
        heap_.push_back({distance, row_of_[column] >= 0, edge.column});
        std::push_heap(heap_.begin(), heap_.end());
    }

    void raise_duals(double to_end) {
        for (const auto& [row, distance] : visited_)
            row_dual_[static_cast<std::size_t>(row)] += to_end - distance;
        for (const int touched : touched_) {
            const auto column = static_cast<std::size_t>(touched);
            if (settled_[column]) column_dual_[column] -= to_end - distance_[column];
            settled_[column] = false;
            distance_[column] = infinite;
        }
    }

    void augment(int start, int last_column, int alone) {
        int column = last_column;
        if (alone >= 0) {
            column = column_of_[static_cast<std::size_t>(alone)];
            column_of_[static_cast<std::size_t>(alone)] = -1;
            if (alone == start) return;
        }
        for (int row = -1; row != start;) {
            row = from_[static_cast<std::size_t>(column)];
            row_of_[static_cast<std::size_t>(column)] = row;
            std::swap(column, column_of_[static_cast<std::size_t>(row)]);
        }
    }

    const SparseCosts& costs_;
    double limit_;
    std::vector<int> column_of_, row_of_;
    std::vector<double> row_dual_, column_dual_;
    std::vector<double> distance_;  // of columns, from the row that is being placed
    std::vector<int> from_;         // the row before it on that way
    std::vector<bool> settled_;
    std::vector<int> touched_;
    std::vector<Reached> heap_;
    std::vector<std::pair<int, double>> visited_;  // rows on the way with their distances
};

}  // namespace

std::vector<int> assign(const SparseCosts& costs, double limit) {
    return Assigner(costs, limit).run();
}

}  // namespace yolo
