// SPDX-License-Identifier: Apache-2.0
/// \file The rows of a benchmark, one after the other, each in a process of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <yolo/commands.hpp>
#include <yolo/config.hpp>

#include "core/child_process.hpp"
#include "core/json.hpp"
#include "inference/opened_model.hpp"
#include "modes/benchmarking/plan.hpp"

namespace yolo::modes {

/// The program that does jobs (serve_row), and how long and large it may be.
struct RowWorker {
    std::filesystem::path program;
    ChildLimits limits;

    /// An answer, or {"error": sentence}. Throws Cancelled.
    Json answer(const Json& request) const;
};

/// What is measured: a model with its data.
struct RowSubject {
    std::string model;              ///< as it was given
    std::filesystem::path file;     ///< of the model, where there is one
    Config config;                  ///< of the benchmark
    std::filesystem::path picture;  ///< that is timed
    Json judge = {};                ///< options of val beside the model's and the engine's; null: no metric
    std::string calibration = {};   ///< data= of 8 bits
    std::filesystem::path folder;   ///< of exported files
    bool is_file = false;           ///< the model is an exported file
};

/// Called before each row with what it is, and after it.
struct RowHooks {
    std::function<void(const std::string& what)> begins;
    std::function<void(const BenchmarkRow& row)> done;
};

/// Measures the files of a plan, in their order. A row that fails has its reason. Throws Cancelled; the rows
/// until then have been told to `done`.
void measure_rows(const RowWorker& worker, const RowSubject& subject, const std::vector<PlannedFile>& plan,
                  const RowHooks& hooks);

/// The given options that a mode has, but those that say what a benchmark measures and where its files go,
/// and `but` some.
Config options_for(const Config& given, Mode mode, std::initializer_list<std::string_view> but = {});

/// Rows that a plan leads to.
std::size_t row_count(const std::vector<PlannedFile>& plan);

}  // namespace yolo::modes
