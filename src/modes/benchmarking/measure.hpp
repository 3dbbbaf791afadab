// SPDX-License-Identifier: Apache-2.0
/// \file How long a file and an engine take for a picture.
#pragma once

#include <filesystem>
#include <vector>

#include <yolo/commands.hpp>
#include <yolo/config.hpp>
#include <yolo/log.hpp>

#include "core/json.hpp"
#include "engines/registry.hpp"

namespace yolo::modes {

/// Figures of runs, milliseconds each; at least one. The mean and the deviation are those of the runs within
/// two standard deviations of their mean, taken again up to three times.
RunTimes run_times(std::vector<double> milliseconds);

/// Opens the model that the options name, as predict does, and runs it on copies of the picture: once, then
/// to warm up, then for a while. Times as `yolo predict` has them. Throws Error, UsageError.
Json measure_file(const Config& config, const std::filesystem::path& picture,
                  const engines::EngineTable& engines, const LogSink& log);

/// The figures of measure_file() in a row of the table.
void read_figures(const Json& answer, BenchmarkRow& row);

}  // namespace yolo::modes
