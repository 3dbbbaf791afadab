// SPDX-License-Identifier: Apache-2.0
/// \file A benchmark as text for people, and as files for programs.
#pragma once

#include <string>

#include <yolo/commands.hpp>

#include "core/json.hpp"

namespace yolo::modes {

/// What the rows have in common: the head of each form.
struct BenchmarkHead {
    std::string model, task, data, size, machine;
    int batch = 1, threads = 1;
    std::string when;
};

/// "onnx, openvino": the format and the engine, where there is one.
std::string row_name(const BenchmarkRow& row);

/// Head, legend, the table as Markdown has them, and the reasons of what is not done, each on a line.
std::string benchmark_text(const Benchmark& benchmark, const BenchmarkHead& head);
std::string benchmark_csv(const Benchmark& benchmark);
Json benchmark_json(const Benchmark& benchmark, const BenchmarkHead& head);

}  // namespace yolo::modes
