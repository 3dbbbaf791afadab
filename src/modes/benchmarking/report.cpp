// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/report.hpp"

#include <filesystem>
#include <fstream>
#include <vector>

#include <fmt/core.h>

#include "core/files.hpp"
#include "evaluation/main_metric.hpp"
#include "plots/benchmark.hpp"

namespace yolo::modes {

namespace {

using Status = BenchmarkRow::Status;
constexpr const char* log_name = "benchmarks.log";

void draw(const Benchmark& benchmark, const BenchmarkHead& head, RunFiles& files) {
    std::vector<plots::BenchmarkPoint> points;
    for (const BenchmarkRow& row : benchmark.rows) {
        if (row.status != Status::done || !row.metric) continue;
        const std::string name =
            row.model == benchmark.rows.front().model && row.model == benchmark.rows.back().model
                ? row_name(row)
                : fmt::format("{}, {}", std::filesystem::path(row.model).stem().string(), row_name(row));
        points.push_back(
            {name, row.engine, row.inference.median, *row.metric, static_cast<double>(row.bytes)});
    }
    if (points.empty()) return;
    const std::string title = fmt::format(
        "{}, imgsz {}, {}", std::filesystem::path(head.model).filename().string(), head.size, head.machine);
    plots::draw_benchmark(points, title, evaluation::main_metric(benchmark.task),
                          files.claim_beside("benchmarks.png"));
}

void append_to_log(const std::string& text, const std::filesystem::path& folder, const LogSink& log) {
    std::ofstream file(log_name, std::ios::app);
    file << text << "\n" << std::flush;
    if (!file)
        log(LogLevel::warning,
            fmt::format("{} in the current folder cannot be written: the table stands in {}", log_name,
                        (folder / "benchmarks.md").string()));
}

}  // namespace

void print_row(const BenchmarkRow& row, const LogSink& log) {
    if (row.status != Status::done) {
        log(row.status == Status::failed ? LogLevel::error : LogLevel::info,
            fmt::format("{}: {}", row_name(row), row.reason));
        return;
    }
    std::string text =
        fmt::format("{}: {:.2f} ms (p95 {:.2f})", row_name(row), row.inference.median, row.inference.p95);
    if (row.metric) text += fmt::format(", {} {:.4f}", row.metric_name, *row.metric);
    log(LogLevel::info, text);
}

void print_row(const TrainingRow& row, const LogSink& log) {
    if (row.reason.empty())
        log(LogLevel::info,
            fmt::format("{}: {:.1f} images/s ({})", row.precision, row.images_per_second, row.description));
    else
        log(LogLevel::error, fmt::format("{}: {}", row.precision, row.reason));
}

void write_report(const Benchmark& benchmark, const BenchmarkHead& head, RunFiles& files,
                  const LogSink& log) {
    const std::string text = benchmark_text(benchmark, head);
    const std::string json = json_text(benchmark_json(benchmark, head), 2) + "\n";
    write_file(files.claim("benchmarks.md"), std::string_view(text));
    write_file(files.claim("benchmarks.csv"), std::string_view(benchmark_csv(benchmark)));
    write_file(files.claim("benchmarks.json"), std::string_view(json));
    draw(benchmark, head, files);
    append_to_log(text, files.folder(), log);
    log(LogLevel::info, text);
    log(LogLevel::info, fmt::format("Results saved to {}", files.folder().string()));
}

bool all_good(const Benchmark& benchmark, std::optional<double> floor, const LogSink& log) {
    bool good = true;
    for (const BenchmarkRow& row : benchmark.rows) {
        good = good && row.status != Status::failed;
        if (!floor || !row.metric || *row.metric > *floor) continue;
        log(LogLevel::error, fmt::format("{}: {} {:.4f} is not above verbose={}", row_name(row),
                                         row.metric_name, *row.metric, *floor));
        good = false;
    }
    for (const TrainingRow& row : benchmark.training) good = good && row.reason.empty();
    return good;
}

}  // namespace yolo::modes
