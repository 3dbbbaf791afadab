// SPDX-License-Identifier: Apache-2.0
/// \file The modes as the command line runs them: from a Config to files on disk and messages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yolo/config.hpp>
#include <yolo/image.hpp>
#include <yolo/log.hpp>

namespace yolo {

/// What a running command tells and asks its caller.
struct CommandContext {
    LogSink log;  ///< every line that the command line prints
    /// Asked between pictures, and while a stream is waited for (from any thread, never two at a time): true
    /// ends the command cleanly, results kept. Before there are any, while a data set is unpacked or verified
    /// or a stream is opened, the command throws Cancelled.
    std::function<bool()> cancelled;
    /// A line that replaces the one before it, on a terminal; empty = take it away. Unset: a log is written.
    std::function<void(std::string_view text)> progress = {};
};

/// `yolo predict`: predicts a source and writes what save, save_txt, show ... ask for.
/// Throws Error, UsageError. Returns the number of pictures and frames that could not be read as they should
/// be.
int run_predict(const Config& config, const CommandContext& context);

/// `yolo track`: the same with a tracker between the network and what is written: objects keep their numbers
/// from frame to frame. Throws Error, UsageError. Returns the same.
int run_track(const Config& config, const CommandContext& context);

/// `yolo train`: trains a model on a data set into a run folder: weights/last.pt, weights/best.pt,
/// results.csv ... Cancelled: finishes the batch and writes last.pt, which `resume` goes on from.
/// Throws Error, UsageError.
void run_train(const Config& config, const CommandContext& context);

/// Figures by name, 0 to 1.
using MetricList = std::vector<std::pair<std::string, double>>;

/// One class that has labels.
struct ClassFigures {
    std::string name;
    std::size_t pictures = 0;   ///< that show it
    std::size_t instances = 0;  ///< labels
    /// With 5 decimals: "Box-P", "Box-R", "Box-F1" (and of "Mask-" or "Pose-"), "mAP50", "mAP75", "mAP50-95",
    /// the latter three of boxes.
    MetricList figures;
};

/// What `yolo val` measured; empty when it was cancelled.
struct ValFigures {
    MetricList metrics;                 ///< "metrics/precision(B)", ..., "fitness"
    std::vector<ClassFigures> classes;  ///< none for classify
};

/// `yolo val`: a model on a data set: table, figures and what save_json, save_txt, coco ... ask for.
/// Throws Error, UsageError.
ValFigures run_val(const Config& config, const CommandContext& context);

/// How far the outputs of an exported file are from those of its model in float32, over some drawn pictures:
/// shares of the range of boxes, scores and the rest, whichever is worst.
struct ExportCheck {
    std::string engine;   ///< that ran the file: "onnxruntime"
    std::string version;  ///< of its library
    double largest_error = 0;
    double mean_error = 0;
};

/// A file, or a folder of files, that `yolo export` wrote.
struct ExportedModel {
    std::string format;  ///< "onnx"
    std::filesystem::path path;
    std::uintmax_t bytes = 0;  ///< of all its files
    double seconds = 0;        ///< that writing and checking took
    std::optional<ExportCheck> check = {};
    std::string not_checked = {};  ///< why there is no check
};

/// `yolo export`: a model to the files that format= names, each whole or not at all, beside the model's own
/// file. Options are checked for every format before anything is computed.
/// Throws Error, UsageError. Returns them in the order asked for.
std::vector<ExportedModel> run_export(const Config& config, const CommandContext& context);

/// Milliseconds a picture, over runs after a warm-up.
struct RunTimes {
    int runs = 0;
    double median = 0, p95 = 0;
    double mean = 0, deviation = 0;  ///< of the runs within two standard deviations
};

/// What `yolo benchmark` measured of one file with one engine.
struct BenchmarkRow {
    enum class Status {
        done,      ///< everything was measured
        exported,  ///< the file was written, and no engine here runs it
        left_out,  ///< what was asked for is not possible with this format
        failed
    };

    std::string model;   ///< as it was given
    std::string format;  ///< "pytorch" (the model as it is), "onnx" ...
    std::string engine;  ///< "onnxruntime"; "" when none runs it here
    Status status = Status::failed;
    std::string reason = {};  ///< why it is not done
    std::filesystem::path path = {};
    std::uintmax_t bytes = 0;  ///< of all its files

    std::string metric_name = {};  ///< "metrics/mAP50-95(B)"
    std::optional<double> metric = {};
    MetricList metrics = {};  ///< all of `yolo val`

    Size input = {};                               ///< of the network, as it ran; (0, 0) when it did not
    std::vector<std::string> notes = {};           ///< warnings on the way
    RunTimes inference = {};                       ///< of the network
    double preprocess_ms = 0, postprocess_ms = 0;  ///< medians
    double load_ms = 0;                            ///< opening the file, until the engine is made
    double first_ms = 0;                           ///< the first picture, with all that is prepared for it
    std::int64_t peak_memory = 0;                  ///< bytes of its process
    std::string device = {}, precision = {};       ///< that computed
    std::string version = {};                      ///< of the engine's library
    std::string stored = {};                       ///< precision of the weights, as found in the file
    std::string calibration = {};                  ///< data of 8 bits
    std::int64_t parameters = 0;                   ///< of the model
    double gflops = 0;                             ///< of the model at this size, one picture

    /// Pictures a second.
    double fps() const { return inference.median > 0 ? 1000 / (inference.median + 0.001) : 0; }
};

/// The share of a training step's time that each of its parts takes, of `yolo benchmark mode=train`.
struct TrainingRow {
    Task task = Task::detect;
    std::string precision;    ///< that ran: "fp32", "bf16"
    std::string reason = {};  ///< why it failed
    std::string data = {};    ///< that was trained on
    int batch = 0, imgsz = 0, steps = 0;
    double images_per_second = 0;
    double median_ms = 0, p95_ms = 0;  ///< of a batch, waiting for it included
    double loader = 0, forward = 0, loss = 0, backward = 0, optimizer = 0, rest = 0;  ///< 0 to 1, 1 in all
    std::int64_t peak_memory = 0;  ///< bytes of its process
    std::string device = {};
    std::string description = {};  ///< library, instructions, threads
};

/// `yolo benchmark`: rows in the order in which they were measured.
struct Benchmark {
    Task task = Task::detect;
    std::string data;  ///< what was judged with, or why nothing was
    std::vector<BenchmarkRow> rows = {};
    std::vector<TrainingRow> training = {};
    std::filesystem::path folder = {};  ///< of what was written
    double seconds = 0;
    bool cancelled = false;  ///< the rows that were done by then are there
    /// A row failed, or a metric is below verbose=.
    bool failed = false;
};

/// `yolo benchmark`: a model to every format, each file measured with every engine that runs it, each row in
/// a process of its own (time_limit, memory_limit); what fails costs its row alone. Tables and a figure go
/// into the run folder, and the table to the end of benchmarks.log in the current one.
/// Throws Error, UsageError for what is known before anything is measured.
Benchmark run_benchmark(const Config& config, const CommandContext& context);

/// `yolo data check`: looks at every picture and label of a data set, prints tables and what is wrong, and
/// writes report.json into the run folder. Throws Error, UsageError. Returns the number of findings that
/// would stop a training.
int run_data_check(const Config& config, const CommandContext& context);

/// What `yolo data shapes` makes.
struct ShapesRequest {
    Task task = Task::detect;
    int pictures = 500;  ///< at least 2; a fifth of them for validation
    int size = 320;      ///< width in pixels
    std::uint64_t seed = 0;
    std::filesystem::path folder = "shapes";
};

/// `yolo data shapes`: generated pictures with exact labels, to train on for seconds. Cancelled: throws
/// Cancelled, and nothing of the data set is left. Throws Error, UsageError.
void run_data_shapes(const ShapesRequest& request, const CommandContext& context);

/// `yolo info`: layers, parameters, GFLOPs, memory and the exact pre-processing of a model, as text. Throws
/// Error when the model cannot be found, read or prepared, UsageError for an option that does not fit it.
std::string model_summary(const Config& config);

/// What `yolo debug tensors` runs.
struct TensorsRequest {
    std::string model;             ///< as Model takes it
    std::filesystem::path input;   ///< safetensors; its tensor `images` is (N, 3, H, W) RGB, U8 or F32 0..1
    std::filesystem::path output;  ///< safetensors: output0, output1 ... F32; what ran, as metadata
    std::string engine = "cpu";    ///< cpu, torch or reference
    bool half = false;             ///< bf16 where the CPU has the instructions
    int threads = 0;               ///< 0 = OMP_NUM_THREADS, or the processors this process may use
};

/// `yolo debug tensors`: the network's raw outputs for a given batch. Throws UsageError when there is no such
/// engine, Error when a file cannot be read or written or the batch does not fit the network.
void debug_tensors(const TensorsRequest& request);

}  // namespace yolo
