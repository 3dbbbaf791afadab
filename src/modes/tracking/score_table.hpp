// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "metrics/mot_metrics.hpp"

namespace yolo::modes {

/// Figures of sequences, by name, and of all of them together.
class ScoreTable {
  public:
    void add(const std::string& sequence, const metrics::MotScores& scores);
    bool empty() const { return rows_.empty(); }

    /// A header, a line for each sequence, and one for all; percents.
    std::vector<std::string> lines() const;
    /// metrics.csv: the same as shares, all last.
    std::string csv() const;
    /// {"all": {...}, "sequences": {NAME: {...}}}.
    Json json() const;

  private:
    std::vector<std::pair<std::string, metrics::MotScores>> all_rows() const;

    std::vector<std::pair<std::string, metrics::MotScores>> rows_;
};

}  // namespace yolo::modes
