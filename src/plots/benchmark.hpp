// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace yolo::plots {

/// A file run by an engine: one disc of the figure.
struct BenchmarkPoint {
    std::string name;   ///< beside the disc: "onnx"
    std::string group;  ///< of one colour, in the legend: the engine
    double latency_ms = 0;
    double metric = 0;
    double bytes = 0;  ///< the disc's area
};

/// Metric over latency, each file as a disc whose area is the file's size. At least one point.
void draw_benchmark(std::span<const BenchmarkPoint> points, const std::string& title,
                    const std::string& metric, const std::filesystem::path& file);

}  // namespace yolo::plots
