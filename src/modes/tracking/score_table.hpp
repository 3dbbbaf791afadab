// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "metrics/mot_metrics.hpp"

namespace yolo::modes {

/// Figures of sequences, by name, and of all of them together.
class ScoreTable {
  public:
    /// Nothing instead of scores: they are not available, and `all` is without that sequence.
    void add(const std::string& sequence, const std::optional<metrics::MotScores>& scores);
    bool empty() const { return rows_.empty(); }

    /// A header, a line for each sequence, and one for all; percents, "-" where there is nothing.
    std::vector<std::string> lines() const;
    /// metrics.csv: the same as shares, all last; empty where there is nothing.
    std::string csv() const;
    /// {"all": {...}, "sequences": {NAME: {...}}}; null where there is nothing.
    Json json() const;

  private:
    using Row = std::pair<std::string, std::optional<metrics::MotScores>>;
    std::vector<Row> all_rows() const;

    std::vector<Row> rows_;
};

}  // namespace yolo::modes
