// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <yolo/model_info.hpp>

#include "core/json.hpp"

namespace yolo::train {

/// The columns of a task's metrics; `sizes`: with mAP of small, medium and large objects.
std::vector<std::string> metric_columns(Task task, bool sizes);

/// results.csv: a row per epoch. The file is written anew, whole, after each row, so it always agrees with
/// the checkpoint that holds the same rows.
class ResultsCsv {
  public:
    using Row = std::vector<std::pair<std::string, double>>;  ///< column, value; "epoch" and "time" first

    /// Losses and metrics are rounded to 5 decimals first, as the field's tools do; numbers are written %.6g.
    void add(const Row& row);
    void write(const std::filesystem::path& path) const;

    /// Column -> list of values: `train_results` of a checkpoint, and what resumes from it.
    Json columns_json() const;
    static ResultsCsv from_json(const Json& columns);

  private:
    std::vector<std::string> columns_;
    std::vector<std::vector<double>> rows_;
};

/// `train_metrics` of a checkpoint: the columns rounded as in the file, and the fitness.
Json train_metrics(const ResultsCsv::Row& columns, double fitness);

}  // namespace yolo::train
