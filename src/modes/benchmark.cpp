// SPDX-License-Identifier: Apache-2.0
/// \file `yolo benchmark`: a model to every format, each file measured with every engine that runs it.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>
#include <yolo/version.hpp>

#include "checkpoint/checkpoint.hpp"
#include "core/files.hpp"
#include "core/processor.hpp"
#include "core/rim.hpp"
#include "core/threads.hpp"
#include "evaluation/main_metric.hpp"
#include "export/common/metadata.hpp"
#include "graph/passes.hpp"
#include "inference/opened_model.hpp"
#include "inference/options.hpp"
#include "modes/benchmarking/report.hpp"
#include "modes/benchmarking/row_job.hpp"
#include "modes/benchmarking/rows.hpp"
#include "modes/benchmarking/sample_data.hpp"
#include "modes/benchmarking/table.hpp"
#include "modes/benchmarking/training_rows.hpp"
#include "modes/exporting/options.hpp"
#include "modes/run_folder.hpp"

namespace yolo {

namespace {

using namespace modes;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// "a.pt,b.pt": several models to compare, unless a file is called so.
std::vector<std::string> model_names(const std::string& text) {
    std::error_code absent;
    if (fs::exists(text, absent)) return {text};
    std::vector<std::string> names;
    for (const std::string& name : format_words(text)) names.push_back(model_file_name(name));
    return names;
}

/// What is compared where nothing else was asked for: the engine of this program, and the field's.
Config comparison(Config config) {
    if (config.text("format") == "all") config.set("format", fmt::format("{},onnx", own_format));
    return config;
}
void keep_compared(std::vector<PlannedFile>& plan) {
    constexpr std::array compared = {"cpu", "onnxruntime"};
    const auto is_other = [&](const std::string& engine) {
        return std::find(compared.begin(), compared.end(), engine) == compared.end();
    };
    for (PlannedFile& file : plan) std::erase_if(file.engines, is_other);
    std::erase_if(plan, [](const PlannedFile& file) { return file.engines.empty(); });
}

/// One benchmark, from its options to its files.
class BenchmarkRun {
  public:
    BenchmarkRun(const Config& config, const CommandContext& context, LogSink log)
        : config_(config),
          context_(context),
          log_(std::move(log)),
          settings_(load_settings(log_)),
          names_(model_names(config.text("model"))) {
        if (config.text("model").empty() && !of_training())
            throw UsageError("no model is given: write model=FILE.pt");
        worker_.program = helper_program("yolo_row");
        worker_.limits = {.seconds = config.number("time_limit"), .cancelled = context.cancelled};
        if (!config.get("memory_limit").is_null())
            worker_.limits.memory_bytes =
                static_cast<std::int64_t>(config.number("memory_limit") * (1 << 30));
    }

    Benchmark run();

  private:
    bool of_training() const { return config_.text("mode") == to_string(Mode::train); }
    void train();
    RowHooks progress_hooks(std::size_t all);
    struct Model {
        RowSubject subject;
        std::vector<PlannedFile> plan;
        std::int64_t parameters = 0;
        double gflops = 0;
    };

    Json answer(const Json& request, const char* work) const;
    Model open(const std::string& name, const Config& config, const Json& probed);
    Size size_of(const ModelInfo& info) const;
    void add_size(Size size);
    void choose_data(RowSubject& subject);
    void use_sample(RowSubject& subject);
    void measure(const std::vector<Model>& models);
    void measure_files();
    void finish();
    BenchmarkHead head() const;

    const Config& config_;
    const CommandContext& context_;
    const LogSink log_;
    const Settings settings_;
    const Clock::time_point start_ = Clock::now();
    const std::vector<std::string> names_;  ///< of the models
    RowWorker worker_;
    std::unique_ptr<RunFiles> files_;
    std::string size_;  ///< of the input, as one types it
    std::size_t all_rows_ = 0;
    Benchmark result_;
};

/// Of a job without which there is no table.
Json BenchmarkRun::answer(const Json& request, const char* work) const {
    Json got = worker_.answer(request);
    if (got.contains("error") && got.contains("peak_memory"))  // the process itself failed
        throw Error(fmt::format("{}: {}; time_limit= and memory_limit= are its limits", work,
                                got["error"].get<std::string>()));
    if (got.contains("error")) throw Error(got["error"].get<std::string>());
    return got;
}

/// The pictures that ship, labelled by the model.
void BenchmarkRun::use_sample(RowSubject& subject) {
    Config label;
    for (const char* key : {"task", "imgsz", "threads"})
        if (subject.config.given(key)) label.set(key, subject.config.get(key));
    label.set("model", subject.model);
    const std::vector<fs::path> pictures = sample_pictures(*files_);
    subject.picture = pictures.front();
    if (names_.size() > 1) {  // each would be judged by itself
        subject.judge = nullptr;
        result_.data = "none: give data= for the models' accuracy";
        return;
    }
    Json request = {{"job", label_job}, {"options", options_json(label)}, {"pictures", Json::array()}};
    for (const fs::path& picture : pictures) request["pictures"].push_back(picture.string());
    const Json labels = answer(request, "labelling the sample pictures");
    const SampleData sample = write_sample_data(*files_, pictures, labels);
    subject.judge["options"]["data"] = sample.data;
    subject.judge["options"]["match"] = sample.match;
    result_.data = fmt::format(
        "{} ({} sample pictures with {} labels, which are what the model itself finds: give data= for its "
        "accuracy)",
        sample.data, pictures.size(), label_count(labels));
}

void BenchmarkRun::choose_data(RowSubject& subject) {
    Config judge;
    for (const char* key : {"data", "split", "fraction"})
        if (config_.given(key)) judge.set(key, config_.get(key));
    subject.judge = {{"metric", evaluation::main_metric(result_.task)}, {"options", options_json(judge)}};
    if (!config_.given("data")) {
        use_sample(subject);
    } else {
        Json options = options_json(judge);
        options["model"] = subject.model;
        const Json data = answer({{"job", check_job}, {"options", options}}, "looking at the data");
        subject.picture = data.at("picture").get<std::string>();
        result_.data = fmt::format("{}, {} pictures", data.at("file").get<std::string>(),
                                   data.at("pictures").get<std::size_t>());
    }
    if (config_.text("quantize") == "8" && !subject.judge.is_null())
        subject.calibration = subject.judge["options"]["data"].get<std::string>();
}

/// Tells how far it is; done() is the caller's.
RowHooks BenchmarkRun::progress_hooks(std::size_t all) {
    all_rows_ = all;
    RowHooks hooks;
    hooks.begins = [this, all, begin = Clock::now()](const std::string& what) {
        if (!context_.progress) return;
        const std::size_t done = result_.rows.size() + result_.training.size();
        const double spent = std::chrono::duration<double>(Clock::now() - begin).count();
        const double left = spent / static_cast<double>(std::max<std::size_t>(done, 1)) *
                            static_cast<double>(all - std::min(done, all));
        context_.progress(fmt::format("row {} of {}: {}{}", std::min(done + 1, all), all, what,
                                      done == 0 ? " ..." : fmt::format(", about {:.0f} s left", left)));
    };
    return hooks;
}

/// To those that ran.
void BenchmarkRun::add_size(Size size) {
    const std::string text = size.height == size.width ? std::to_string(size.height)
                                                       : fmt::format("{},{}", size.height, size.width);
    if (size_.find(text) == std::string::npos) size_ += (size_.empty() ? "" : " and ") + text;
}

void BenchmarkRun::measure(const std::vector<Model>& models) {
    std::size_t all = 0;
    for (const Model& model : models) all += row_count(model.plan);
    RowHooks hooks = progress_hooks(all);
    for (const Model& model : models) {
        hooks.done = [&](BenchmarkRow row) {
            row.parameters = model.parameters;
            row.gflops = model.gflops;
            print_row(row, log_);
            if (row.input.height > 0) add_size(row.input);
            result_.rows.push_back(std::move(row));
        };
        measure_rows(worker_, model.subject, model.plan, hooks);
    }
}

/// Rows of a training's precisions instead of those of files.
void BenchmarkRun::train() {
    const std::string model = config_.text("model");
    result_.task = model.empty() ? inference::named_task(config_).value_or(Task::detect)
                                 : inference::open_model(model, settings_, {.log = log_}).info.task;
    files_ = open_run_folder(config_, result_.task, "benchmark", settings_.runs_dir, log_);
    const std::vector<Precision> precisions = trained_precisions(config_);
    const RowHooks hooks = progress_hooks(precisions.size());
    for (const Precision precision : precisions) {
        hooks.begins(fmt::format("training, {}", to_string(precision)));
        result_.training.push_back(training_row(worker_, config_, precision));
        const TrainingRow& row = result_.training.back();
        print_row(row, log_);
        if (row.imgsz > 0) size_ = std::to_string(row.imgsz);
        if (!row.data.empty()) result_.data = row.data;
    }
}

/// What was asked for, raised to a multiple of the stride with a warning, or what the model was trained with.
Size BenchmarkRun::size_of(const ModelInfo& info) const {
    PredictOptions options;
    if (config_.given("imgsz")) options.imgsz = inference::parse_imgsz(config_.get("imgsz"));
    return *inference::checked_options(options, info, log_).imgsz;
}

BenchmarkHead BenchmarkRun::head() const {
    return {.model = fmt::format("{}", fmt::join(names_, ", ")),
            .task = to_string(result_.task),
            .data = result_.data,
            .size = size_,
            .machine = processor_name(),
            .batch = static_cast<int>(config_.number("batch")),
            .threads = compute_threads(static_cast<int>(config_.integer("threads"))),
            .when = exports::iso_now()};
}

void BenchmarkRun::finish() {
    result_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (result_.cancelled)
        log_(LogLevel::warning, fmt::format("the benchmark was ended: {} of {} rows are done",
                                            result_.rows.size() + result_.training.size(), all_rows_));
    write_report(result_, head(), *files_, log_);
    const Value& floor = config_.get("verbose");
    const bool has_floor = !std::holds_alternative<bool>(floor) && !floor.is_null();
    result_.failed =
        !all_good(result_, has_floor ? std::optional(config_.number("verbose")) : std::nullopt, log_);
}

BenchmarkRun::Model BenchmarkRun::open(const std::string& name, const Config& config, const Json& probed) {
    const inference::OpenedModel opened =
        inference::open_model(name, settings_, {.log = log_, .task = inference::named_task(config)});
    Model model;
    model.subject.model = name;
    model.subject.config = config;
    model.subject.is_file = opened.file.has_value();
    model.subject.file = opened.file
                             ? opened.file->path
                             : checkpoint::find_weights(expand_home(name).string(), settings_.weights_dir);
    if (files_ == nullptr) result_.task = opened.info.task;
    if (opened.info.task != result_.task)
        throw UsageError(fmt::format("models of one task can be compared: {} is one for {}, {} for {}",
                                     names_.front(), to_string(result_.task), name,
                                     to_string(opened.info.task)));
    if (opened.checkpoint) {
        const Size size = size_of(opened.info);
        model.subject.config.set("imgsz", ValueList{std::int64_t{size.height}, std::int64_t{size.width}});
        const int side = std::max(size.height, size.width);
        const graph::GraphStatistics counted = graph::statistics(opened.checkpoint->graph, side);
        model.parameters = counted.parameters;
        model.gflops = counted.gflops * size.height / side * size.width / side;
    }
    model.plan = plan_files(model.subject.config, opened, probed);
    if (opened.file && config.given("imgsz"))
        log_(LogLevel::warning, fmt::format("imgsz={} has no effect: '{}' is run as it was exported",
                                            to_string(config.get("imgsz")), name));
    return model;
}

void BenchmarkRun::measure_files() {
    const bool compares = names_.size() > 1;
    const Config config = compares ? comparison(config_) : config_;
    const Json probed = answer({{"job", probe_job}}, "looking for engines");
    std::vector<Model> models;
    for (const std::string& name : names_) {
        models.push_back(open(name, config, probed));
        if (files_ == nullptr)
            files_ = open_run_folder(config_, result_.task, "benchmark", settings_.runs_dir, log_);
        Model& model = models.back();
        model.subject.folder = files_->folder() / "exported";
        if (!compares) continue;
        model.subject.folder /= std::to_string(models.size());  // names may be the same
        if (!config.given("engine")) keep_compared(model.plan);
    }
    for (const char* name : {"benchmarks.md", "benchmarks.csv", "benchmarks.json"})
        files_->refuse_foreign(name);
    for (Model& model : models) choose_data(model.subject);
    measure(models);
}

Benchmark BenchmarkRun::run() {
    log_(LogLevel::info, fmt::format("yolo.cpp {}: benchmark of {}{}", version,
                                     of_training() ? "training " : "", fmt::join(names_, ", ")));
    try {
        if (of_training()) {
            train();
        } else {
            measure_files();
        }
    } catch (const Cancelled&) {
        if (files_ == nullptr) throw;
        result_.cancelled = true;
    }
    if (context_.progress) context_.progress({});
    result_.folder = files_->folder();
    finish();
    return std::move(result_);
}

}  // namespace

Benchmark run_benchmark(const Config& config, const CommandContext& context) try {
    const LogSink log = context.log ? context.log : [](LogLevel, std::string_view) {};
    return BenchmarkRun(config, context, log).run();
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
