// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace yolo::plots {

/// A results.csv: one column of numbers per name.
struct ResultsTable {
    std::string name;  ///< of the file, without its suffix
    std::vector<std::string> columns;
    std::vector<std::vector<double>> values;  ///< of each column

    const std::vector<double>* find(std::string_view column) const;
};

/// Lines that do not have a number for each column (cut off by an interruption) are left out. Throws Error
/// when the file cannot be read or has no column.
ResultsTable read_results(const std::filesystem::path& file);

/// Which columns are drawn, panel by panel: the losses of training and the first metrics above, those of
/// validation and the other metrics below.
std::vector<std::string> panel_columns(const ResultsTable& table);

}  // namespace yolo::plots
