// SPDX-License-Identifier: Apache-2.0
/// \file What a benchmark tells and leaves behind.
#pragma once

#include <optional>

#include <yolo/commands.hpp>
#include <yolo/log.hpp>

#include "core/run_files.hpp"
#include "modes/benchmarking/table.hpp"

namespace yolo::modes {

/// A row on one line, as soon as it is done.
void print_row(const BenchmarkRow& row, const LogSink& log);
void print_row(const TrainingRow& row, const LogSink& log);

/// benchmarks.md, .csv, .json and .png in the run folder, the table at the end of benchmarks.log in the
/// current one, where the field's tools keep it, and in the log.
void write_report(const Benchmark& benchmark, const BenchmarkHead& head, RunFiles& files, const LogSink& log);

/// No row failed, and each metric is above the floor; says which is not.
bool all_good(const Benchmark& benchmark, std::optional<double> floor, const LogSink& log);

}  // namespace yolo::modes
