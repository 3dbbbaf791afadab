// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/child_process.hpp"
#include "core/files.hpp"
#include "core/memory.hpp"
#include "core/processor.hpp"
#include "data/shapes/shapes.hpp"
#include "modes/benchmarking/measure.hpp"
#include "modes/benchmarking/plan.hpp"
#include "modes/benchmarking/rows.hpp"
#include "modes/benchmarking/table.hpp"
#include "modes/benchmarking/text_table.hpp"
#include "modes/benchmarking/training_rows.hpp"
#include "support/golden.hpp"
#include "support/message_of.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using Status = BenchmarkRow::Status;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* tiny_yaml =
    "nc: 2\nscales: {n: [0.33, 0.25, 1024]}\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, Conv, "
    "[16, 3, 2]]\n"
    "  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [[2], 1, Detect, [nc]]\n";

TEST(TextTable, ColumnsAreAsWideAsTheirCellsOnATerminal) {
    EXPECT_EQ(modes::text_table({{"<Format", "ms", "<Status❔"}, {"onnx", "1.25", "✅"}, {"ä", "-", "❌"}}),
              "| Format |   ms | Status❔ |\n"
              "|--------|-----:|----------|\n"
              "| onnx   | 1.25 | ✅       |\n"
              "| ä      |    - | ❌       |\n");
}

TEST(RunTimes, OutliersAreNoPartOfTheMean) {
    std::vector<double> times(99, 10.0);
    for (std::size_t i = 0; i < times.size(); ++i) times[i] += 0.01 * static_cast<double>(i % 2);
    times.push_back(500);
    const RunTimes figures = modes::run_times(times);
    EXPECT_EQ(figures.runs, 100);
    EXPECT_NEAR(figures.median, 10, 0.011);
    EXPECT_NEAR(figures.mean, 10.005, 0.001);
    EXPECT_LT(figures.deviation, 0.01);
    EXPECT_GE(figures.p95, 10.01);
    EXPECT_EQ(modes::run_times({3}).median, 3);
    EXPECT_DOUBLE_EQ(modes::run_times({1, 2, 3, 4}).median, 2.5);
    EXPECT_THROW(modes::run_times({}), Error);
}

std::string stub_name() {
    return std::string("stub_") + testing::UnitTest::GetInstance()->current_test_info()->name();
}

/// The stub's program under a name of this test's own, so that its processes are told from those of others;
/// beside the plug-ins, where it looks for them.
class StubProgram {
  public:
    StubProgram() : path_(helper_program("yolo_stub_row").replace_filename(stub_name())) {
        fs::remove(path_);
        fs::create_hard_link(helper_program("yolo_stub_row"), path_);
    }
    ~StubProgram() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    StubProgram(const StubProgram&) = delete;
    StubProgram& operator=(const StubProgram&) = delete;
    const fs::path& path() const { return path_; }

  private:
    const fs::path path_;
};

/// The rows of a checkpoint with every engine of the stub's table.
std::vector<BenchmarkRow> rows_of_bad_engines(const std::vector<std::string>& engines, ChildLimits limits,
                                              const std::function<void()>& at_each = {}) {
    const fs::path folder = test::scratch_dir();
    data::write_shapes(folder / "shapes", {.pictures = 2, .size = 64});
    fs::path picture;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "shapes"))
        if (entry.path().extension() == ".jpg") picture = entry.path();
    modes::RowSubject subject;
    subject.model = "yolov8n.yaml";
    subject.picture = picture;
    subject.folder = folder / "exported";
    subject.config.set("imgsz", std::int64_t{32});
    subject.config.set("threads", std::int64_t{1});
    const StubProgram stub;
    std::vector<BenchmarkRow> rows;
    modes::measure_rows({.program = stub.path(), .limits = std::move(limits)}, subject,
                        {{.format = modes::own_format, .kind = "network", .engines = engines}},
                        {.begins =
                             [&](const std::string&) {
                                 if (at_each) at_each();
                             },
                         .done = [&](const BenchmarkRow& row) { rows.push_back(row); }});
    return rows;
}

TEST(BenchmarkRows, ABadEngineCostsItsRowAlone) {
    const auto rows = rows_of_bad_engines({"cpu", "crash", "vanish", "cpu"}, {.seconds = 120});
    ASSERT_EQ(rows.size(), 4U);
    for (const std::size_t good : {0U, 3U}) {
        EXPECT_EQ(rows[good].status, Status::done) << rows[good].reason;
        EXPECT_GT(rows[good].inference.median, 0);
        EXPECT_GT(rows[good].peak_memory, 1 << 20);
        EXPECT_EQ(rows[good].precision, "fp32");
    }
    EXPECT_EQ(rows[1].status, Status::failed);
    EXPECT_THAT(rows[1].reason,
                AllOf(HasSubstr("SIGSEGV"), HasSubstr("the runtime does not like this graph")));
    EXPECT_EQ(rows[2].status, Status::failed);
    EXPECT_THAT(rows[2].reason, HasSubstr("without a result"));
}

int running() {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::error_code gone;
        const fs::path program = fs::read_symlink(entry.path() / "exe", gone);
        if (!gone && program.filename().string().starts_with(stub_name())) ++count;
    }
    return count;
}

/// Processes of this test's stub that stay: one that was killed may take a moment to go.
int left_running() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (running() > 0 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return running();
}

TEST(BenchmarkRows, AHangingEngineIsEndedWithItsChildren) {
    const auto rows = rows_of_bad_engines({"hang"}, {.seconds = 1.5});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_THAT(rows[0].reason, HasSubstr("took longer than 1.5 s"));
    EXPECT_EQ(left_running(), 0);
}

#ifndef YOLO_SANITIZED  // whose shadow memory is no measure
TEST(BenchmarkRows, AnEngineThatEatsMemoryIsEnded) {
    const auto rows =
        rows_of_bad_engines({"eat", "cpu"}, {.seconds = 120, .memory_bytes = std::int64_t{1} << 30});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(rows[0].reason, HasSubstr("used more than 1.00 GiB of memory"));
    EXPECT_GT(rows[0].peak_memory, std::int64_t{1} << 30);
    EXPECT_EQ(rows[1].status, Status::done) << rows[1].reason;
}
#endif

TEST(BenchmarkRows, AreCancelledAtOnceAndNothingIsLeft) {
    bool began = false;
    std::chrono::steady_clock::time_point asked;
    const auto cancelled = [&] {
        if (began && asked == std::chrono::steady_clock::time_point())
            asked = std::chrono::steady_clock::now();
        return began;
    };
    EXPECT_THROW(
        rows_of_bad_engines({"hang"}, {.seconds = 300, .cancelled = cancelled}, [&] { began = true; }),
        Cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(20));
    EXPECT_EQ(left_running(), 0);
}

TEST(BenchmarkPlan, EachFormatHasTheEnginesThatAreHere) {
    Config config;
    config.set("model", std::string("yolov8n.yaml"));
    config.set_mode(Mode::benchmark);
    const inference::OpenedModel model = inference::open_model("yolov8n.yaml", {});
    const Json probed = {{"cpu", {{"library", "oneDNN 3"}}},
                         {"reference", {{"library", "plain loops"}}},
                         {"onnxruntime", {{"library", "ONNX Runtime"}}},
                         {"opencv", {{"library", "OpenCV"}}},
                         {"openvino", {{"missing", "OpenVINO is not installed"}}}};
    config.set("format", std::string("pt,onnx,openvino,ncnn"));
    const auto plan = modes::plan_files(config, model, probed);
    ASSERT_EQ(plan.size(), 5U);
    EXPECT_EQ(plan[0].format, "pytorch");
    EXPECT_THAT(plan[0].engines, testing::Contains("cpu"));
    EXPECT_THAT(plan[0].engines, testing::Not(testing::Contains("reference")));
    EXPECT_THAT(plan[1].engines, testing::Contains("onnxruntime"));
    EXPECT_EQ(plan[2].engines, std::vector<std::string>{"opencv"});
    EXPECT_EQ(plan[2].export_with.count("opset"), 1U);
    EXPECT_TRUE(plan[3].engines.empty());
    EXPECT_EQ(plan[3].no_engine, "OpenVINO is not installed");
    EXPECT_EQ(plan[4].format, "ncnn");
    EXPECT_GE(modes::row_count(plan), plan.size());
}

TEST(BenchmarkPlan, WhatIsUnknownIsNamed) {
    const inference::OpenedModel model = inference::open_model("yolov8n.yaml", {});
    const auto problem = [&](const char* key, const char* value) {
        Config config;
        config.set(key, std::string(value));
        return test::message_of([&] { (void)modes::plan_files(config, model, Json::object()); });
    };
    EXPECT_THAT(problem("format", "onxx"), HasSubstr("onnx"));
    EXPECT_THAT(problem("engine", "openvno"), HasSubstr("openvino"));
    EXPECT_THAT(problem("engine", "litert"), HasSubstr("litert"));
}

/// The current folder is another one for a while.
class CurrentFolder {
  public:
    explicit CurrentFolder(const fs::path& folder) { fs::current_path(folder); }
    ~CurrentFolder() { fs::current_path(before_); }
    CurrentFolder(const CurrentFolder&) = delete;
    CurrentFolder& operator=(const CurrentFolder&) = delete;

  private:
    const fs::path before_ = fs::current_path();
};

/// A benchmark of a small model in a folder, from the options as one types them.
Benchmark benchmark_of(const fs::path& model, const fs::path& folder, const std::vector<const char*>& options,
                       bool of_training = false) {
    Config config;
    config.set("model", model.string());
    config.set("save_dir", (folder / "run").string());
    config.set("threads", std::int64_t{1});
    for (const std::string_view option : options)
        config.set(option.substr(0, option.find('=')), parse_value(option.substr(option.find('=') + 1)));
    config.set_mode(Mode::benchmark);
    if (of_training) config.set("mode", std::string("train"));
    const CurrentFolder here(folder);  // benchmarks.log
    return run_benchmark(config, {});
}

class BenchmarkOfTask : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Tasks, BenchmarkOfTask,
                         testing::Values("detect", "segment", "pose", "obb", "classify"),
                         [](const auto& task) { return std::string(task.param); });

TEST_P(BenchmarkOfTask, SampleLabelsGiveTheModelItsOwnFigure) {
    const fs::path folder = test::scratch_dir(),
                   model = test::source_dir() / "models/starter" / (std::string(GetParam()) + ".pt");
    const bool detects = GetParam() == std::string_view("detect");
    const Benchmark benchmark = benchmark_of(
        model, folder, {detects ? "format=pt,safetensors" : "format=pt", "engine=cpu", "imgsz=96,160"});
    ASSERT_EQ(benchmark.rows.size(), detects ? 2U : 1U);
    EXPECT_FALSE(benchmark.failed);
    for (const BenchmarkRow& row : benchmark.rows) {
        EXPECT_EQ(row.status, Status::done) << row.reason;
        ASSERT_TRUE(row.metric.has_value());
        EXPECT_GT(*row.metric, 0.1);  // of masks, since outlines are no masks; others are near 1
        EXPECT_EQ(row.metric, benchmark.rows[0].metric);
    }
    for (const char* name : {"benchmarks.md", "benchmarks.csv", "benchmarks.json", "benchmarks.png"})
        EXPECT_TRUE(fs::is_regular_file(benchmark.folder / name)) << name;
    EXPECT_THAT(read_text(folder / "benchmarks.log"), HasSubstr("pytorch"));
}

TEST(RunBenchmark, AFloorThatIsNotReachedFails) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "tiny.yaml", std::string_view(tiny_yaml));
    const Benchmark benchmark =
        benchmark_of(folder / "tiny.yaml", folder, {"format=pt", "engine=cpu", "imgsz=32", "verbose=1"});
    ASSERT_EQ(benchmark.rows.size(), 1U);
    EXPECT_EQ(benchmark.rows[0].status, Status::done) << benchmark.rows[0].reason;
    EXPECT_TRUE(benchmark.failed);
}

#ifdef YOLO_HAS_TORCH
TEST(RunBenchmark, ATrainingIsMeasuredInWhatTheProcessorHas) {
    Config config;
    config.set_mode(Mode::benchmark);
    const std::vector<Precision> here = modes::trained_precisions(config);
    EXPECT_EQ(here.front(), Precision::fp32);
    EXPECT_EQ(here.size(), processor_has_bf16() ? 2U : 1U);
    EXPECT_EQ(here.back(), processor_has_bf16() ? Precision::bf16 : Precision::fp32);
    config.set("amp", false);
    EXPECT_EQ(modes::trained_precisions(config), std::vector<Precision>{Precision::fp32});
}

TEST(RunBenchmark, ATrainingIsMeasuredInTheAskedPrecision) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "tiny.yaml", std::string_view(tiny_yaml));
    const Benchmark benchmark =
        benchmark_of(folder / "tiny.yaml", folder, {"imgsz=32", "batch=2", "amp=fp32", "workers=0"}, true);
    ASSERT_EQ(benchmark.training.size(), 1U);
    const TrainingRow& row = benchmark.training[0];
    EXPECT_EQ(row.reason, "");
    EXPECT_EQ(row.precision, "fp32");
    EXPECT_GT(row.images_per_second, 0);
    EXPECT_NEAR(row.loader + row.forward + row.loss + row.backward + row.optimizer + row.rest, 1, 0.01);
    EXPECT_THAT(read_text(benchmark.folder / "benchmarks.csv"), HasSubstr("\nfp32,2,32,"));
}

TEST(RunBenchmark, ATrainingThatIsKilledLeavesNothingBehind) {
    const fs::path folder = test::scratch_dir(), temporary = folder / "tmp";
    fs::create_directories(temporary);
    write_file(folder / "tiny.yaml", std::string_view(tiny_yaml));
    const char* given = std::getenv("TMPDIR");
    const std::string before = given != nullptr ? given : "";
    ::setenv("TMPDIR", temporary.c_str(), 1);
    const Benchmark benchmark = benchmark_of(folder / "tiny.yaml", folder,
                                             {"imgsz=640", "batch=64", "amp=fp32", "time_limit=0.3"}, true);
    before.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before.c_str(), 1);
    EXPECT_TRUE(benchmark.failed);
    EXPECT_TRUE(fs::is_empty(temporary));
}
#endif

TEST(BenchmarkTable, HoldsReasonsAndTheMetricUnderItsName) {
    BenchmarkRow done;
    done.model = "a.pt";
    done.format = "onnx";
    done.engine = "onnxruntime";
    done.status = Status::done;
    done.path = "a, b.onnx";
    done.bytes = 3 << 20;
    done.metric = 0.5;
    done.metrics = {{"metrics/mAP50-95(P)", 0.5}};
    done.inference = {.runs = 20, .median = 4, .p95 = 5};
    BenchmarkRow exported;
    exported.model = "a.pt";
    exported.format = "ncnn";
    exported.status = Status::exported;
    exported.reason = "no engine";
    Benchmark benchmark;
    benchmark.task = Task::pose;
    benchmark.rows = {done, exported};
    modes::BenchmarkHead head;
    head.model = "a.pt";
    head.task = "pose";
    head.size = "640";
    const std::string text = modes::benchmark_text(benchmark, head);
    EXPECT_THAT(text, AllOf(HasSubstr("metrics/mAP50-95(P)"), HasSubstr("0.5000"), HasSubstr("249.94"),
                            HasSubstr("2 (ncnn): no engine"), HasSubstr("❎ exported")));
    const std::string csv = modes::benchmark_csv(benchmark);
    EXPECT_THAT(csv, AllOf(HasSubstr(",metrics/mAP50-95(P),"), HasSubstr("\"a, b.onnx\"")));
    std::istringstream lines(csv);
    std::set<std::ptrdiff_t> commas;
    for (std::string line; std::getline(lines, line);) {
        const bool in_quotes = line.find('"') != std::string::npos;
        commas.insert(std::count(line.begin(), line.end(), ',') - (in_quotes ? 1 : 0));
    }
    EXPECT_EQ(commas.size(), 1U) << csv;
    const Json json = modes::benchmark_json(benchmark, head);
    EXPECT_EQ(json["rows"][0]["metrics"]["metrics/mAP50-95(P)"], 0.5);
    EXPECT_TRUE(json["rows"][1]["inference_ms"].is_null());
    EXPECT_EQ(json["metric"], "metrics/mAP50-95(P)");
}

}  // namespace
}  // namespace yolo
