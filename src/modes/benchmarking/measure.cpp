// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/measure.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/threads.hpp"
#include "engines/exported/formats.hpp"
#include "graph/passes.hpp"
#include "image/codec.hpp"
#include "inference/options.hpp"
#include "inference/step.hpp"
#include "options/device.hpp"

namespace yolo::modes {

namespace {

using namespace inference;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double share(const std::vector<double>& sorted, double part) {
    const double place = part * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values, double mean) {
    double sum = 0;
    for (const double value : values) sum += (value - mean) * (value - mean);
    return std::sqrt(sum / static_cast<double>(values.size()));
}

/// Times of the parts of a step, a picture each.
struct PartTimes {
    std::vector<double> letterbox, network, postprocess;

    void add(const StepTimes& times, int pictures) {
        const auto each = [pictures](std::chrono::nanoseconds time) {
            return std::chrono::duration<double, std::milli>(time).count() / pictures;
        };
        letterbox.push_back(each(times.letterbox));
        network.push_back(each(times.network));
        postprocess.push_back(each(times.postprocess));
    }
};

/// Enough runs for a median that the next measurement finds again, in bounded time.
struct Effort {
    static constexpr double warm_up_ms = 500, measured_ms = 3000, longest_ms = 20000;
    static constexpr int least_warm_up = 2, least = 20, most = 1000;
};

PartTimes timed_runs(const std::function<StepTimes()>& step, int pictures) {
    const auto warm = Clock::now();
    for (int run = 0; run < Effort::least_warm_up || milliseconds_since(warm) < Effort::warm_up_ms; ++run)
        step();
    PartTimes times;
    const auto start = Clock::now();
    const auto wanted = [&](int run) {
        const double spent = milliseconds_since(start);
        if (run == 0) return true;
        if (spent > Effort::longest_ms || run >= Effort::most) return false;
        return run < Effort::least || spent < Effort::measured_ms;
    };
    for (int run = 0; wanted(run); ++run) times.add(step(), pictures);
    return times;
}

/// What most bytes of a checkpoint's weights are.
std::string stored_precision(const graph::Weights& weights) {
    std::map<DType, std::size_t> bytes;
    for (const auto& entry : weights) bytes[entry.second.dtype()] += entry.second.bytes();
    const auto most = std::max_element(bytes.begin(), bytes.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == bytes.end()) return {};
    switch (most->first) {
        case DType::f32:
            return "fp32";
        case DType::f16:
            return "fp16";
        case DType::bf16:
            return "bf16";
        default:
            return to_string(most->first);
    }
}

/// As it stands in the file; of a description there is none.
std::string stored_precision(const OpenedModel& model) {
    if (model.checkpoint) return stored_precision(model.checkpoint->weights);
    const engines::ExportedFormat* format = engines::format_of_name(model.file->path.string());
    if (format == nullptr || format->read_precision == nullptr) return {};
    return format->read_precision(model.file->path);
}

Json json_of(const RunTimes& times) {
    return {{"runs", times.runs},
            {"median", times.median},
            {"p95", times.p95},
            {"mean", times.mean},
            {"deviation", times.deviation}};
}

}  // namespace

RunTimes run_times(std::vector<double> milliseconds) {
    if (milliseconds.empty()) throw Error("nothing was timed");
    std::sort(milliseconds.begin(), milliseconds.end());
    RunTimes times{.runs = static_cast<int>(milliseconds.size()),
                   .median = share(milliseconds, 0.5),
                   .p95 = share(milliseconds, 0.95)};
    constexpr int clippings = 3;
    for (int i = 0; i <= clippings; ++i) {
        times.mean = mean_of(milliseconds);
        times.deviation = deviation_of(milliseconds, times.mean);
        if (i == clippings) break;
        const auto outlier = [&](double value) { return std::abs(value - times.mean) > 2 * times.deviation; };
        if (std::erase_if(milliseconds, outlier) == 0) break;
    }
    return times;
}

Json measure_file(const Config& config, const std::filesystem::path& picture,
                  const engines::EngineTable& engines, const LogSink& log) {
    const auto opening = Clock::now();
    const std::string named = named_engine(config);
    Session session(
        open_model(config.text("model"), load_settings(log), {.log = log, .task = named_task(config)}), named,
        engines);
    PredictOptions options = predict_options(config);
    options.rect = false;
    options = checked_options(std::move(options), session, named, log);
    const Compute compute = compute_on(config);
    const EngineRequest request{.engine = compute.engine,
                                .precision = compute.precision,
                                .threads = compute_threads(options.threads),
                                .device = compute.device};
    engines::Engine& engine = session.engine(request);
    const double load_ms = milliseconds_since(opening);

    const engines::EngineTraits traits = engine.traits();
    const int batch = traits.batch > 0 ? traits.batch : options.batch;
    sources::Frame frame;
    frame.image = image::read_image(picture);
    const std::vector<sources::Frame> frames(static_cast<std::size_t>(batch), frame);
    const auto step = [&] {
        StepTimes times;
        (void)predict_step(session, request, options, frames, times);
        return times;
    };
    const auto first = Clock::now();
    const StepTimes first_times = step();
    const double first_ms = milliseconds_since(first) / batch;
    const PartTimes times = timed_runs(step, batch);

    const auto height = static_cast<int>(first_times.input.at(2)),
               width = static_cast<int>(first_times.input.at(3));
    const engines::EngineReport report = engine.report(height, width);
    const std::string stored = stored_precision(session.model());
    // How much of a file of 8 bits is computed in 8 bits, the runtime decides.
    const std::string precision = stored == "int8" ? "mixed" : report.precision();
    return {{"load_ms", load_ms},
            {"first_ms", first_ms},
            {"inference", json_of(run_times(times.network))},
            {"preprocess_ms", run_times(times.letterbox).median},
            {"postprocess_ms", run_times(times.postprocess).median},
            {"batch", batch},
            {"input", {height, width}},
            {"device", traits.device},
            {"precision", precision},
            {"engine", report.engine()},
            {"version", report.version()},
            {"stored", stored}};
}

void read_figures(const Json& answer, BenchmarkRow& row) {
    const auto number = [](const Json& from, const char* key) { return from.value(key, 0.0); };
    const Json& inference = answer.at("inference");
    row.inference = {.runs = inference.value("runs", 0),
                     .median = number(inference, "median"),
                     .p95 = number(inference, "p95"),
                     .mean = number(inference, "mean"),
                     .deviation = number(inference, "deviation")};
    row.input = {answer.at("input").at(0).get<int>(), answer.at("input").at(1).get<int>()};
    for (const Json& note : answer.value("notes", Json::array())) row.notes.push_back(text_or_json(note));
    row.load_ms = number(answer, "load_ms");
    row.first_ms = number(answer, "first_ms");
    row.preprocess_ms = number(answer, "preprocess_ms");
    row.postprocess_ms = number(answer, "postprocess_ms");
    row.peak_memory = answer.value("peak_memory", std::int64_t{0});
    row.device = answer.value("device", "");
    row.precision = answer.value("precision", "");
    row.version = answer.value("version", "");
    row.stored = answer.value("stored", "");
    const Json metrics = answer.value("metrics", Json::object());
    for (const auto& [name, value] : metrics.items())
        row.metrics.emplace_back(name, value.is_number() ? value.get<double>() : 0.0);
}

}  // namespace yolo::modes
