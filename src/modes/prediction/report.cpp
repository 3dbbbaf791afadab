// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/report.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <sys/resource.h>

#include "core/threads.hpp"
#include "graph/passes.hpp"

namespace yolo::modes {

namespace {

/// User and system time of this process so far.
double processor_seconds() {
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

PredictReport::PredictReport(inference::Session& session, const PredictOptions& options,
                             const inference::Pipeline& pipeline)
    : session_(session),
      options_(options),
      pipeline_(pipeline),
      start_(std::chrono::steady_clock::now()),
      processor_seconds_at_start_(processor_seconds()) {}

void PredictReport::print_header(const inference::Prediction& prediction, const LogSink& log) {
    const Size input = prediction.result.input_shape;
    const engines::EngineReport report =
        session_.engine(pipeline_.request()).report(input.height, input.width);
    inference::print_engine(report, compute_threads(options_.threads), options_.half, log);
    header_printed_ = true;
}

void PredictReport::print(const inference::Prediction& prediction, const LogSink& log) {
    if (!header_printed_) print_header(prediction, log);
    const Result& result = prediction.result;
    if (!result.embedding.empty()) return;
    log(LogLevel::info, fmt::format("{}{}x{} {}{:.1f}ms", prediction.frame.label, result.input_shape.height,
                                    result.input_shape.width, result.verbose(), result.speed.inference));
}

void PredictReport::add(const inference::Prediction& prediction) {
    ++pictures_;
    stopped_at_ = prediction.frame.label;
    video_ = video_ || prediction.frame.kind == sources::SourceKind::video;
    sum_.preprocess += prediction.result.speed.preprocess;
    sum_.inference += prediction.result.speed.inference;
    sum_.postprocess += prediction.result.speed.postprocess;
}

void PredictReport::print_summary(const LogSink& log) const {
    if (pictures_ == 0) return;
    const Shape input = pipeline_.last_input();
    log(LogLevel::info,
        fmt::format("Speed: {:.1f}ms preprocess, {:.1f}ms inference, {:.1f}ms postprocess per image at shape "
                    "({}, {}, {}, {})",
                    sum_.preprocess / pictures_, sum_.inference / pictures_, sum_.postprocess / pictures_,
                    std::min<std::int64_t>(options_.batch, pictures_), input.at(1), input.at(2),
                    input.at(3)));
    if (video_ && pictures_ > 1) print_stages(log);
    print_streams(log);
}

void PredictReport::print_stopped(const LogSink& log) const {
    std::string where = stopped_at_;
    while (where.ends_with(' ') || where.ends_with(':')) where.pop_back();
    if (pipeline_.source().live()) where = fmt::format("{} frame{}", pictures_, pictures_ == 1 ? "" : "s");
    log(LogLevel::info, pictures_ > 0
                            ? fmt::format("stopped after {}: what was done until then is kept", where)
                            : "stopped before the first picture");
}

void PredictReport::print_streams(const LogSink& log) const {
    for (const auto& [index, stream] : pipeline_.streams()) {
        log(LogLevel::info,
            fmt::format(
                "Stream {} ({}): {} frame{}, {} dropped for newer ones; latency from receiving a frame "
                "to its result {:.1f}ms p50, {:.1f}ms p95",
                index, stream.name, stream.frames, stream.frames == 1 ? "" : "s", stream.dropped,
                stream.latency.at(0.5), stream.latency.at(0.95)));
    }
}

void PredictReport::print_stages(const LogSink& log) const {
    const inference::StageTimes& times = pipeline_.times();
    const auto each = [&](std::int64_t nanoseconds) {
        return static_cast<double>(nanoseconds) / 1e6 / pictures_;
    };
    std::string behind;
    for (const inference::StagePart& part : pipeline_.stage_parts())
        behind += fmt::format(", {:.1f}ms {}", each(part.time.count()), part.name);
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double busy = (processor_seconds() - processor_seconds_at_start_) / (wall * usable_processors());
    log(LogLevel::info,
        fmt::format("Stages: {:.1f}ms decode, {:.1f}ms letterbox, {:.1f}ms network, {:.1f}ms NMS{}, {:.1f}ms "
                    "drawing, {:.1f}ms encoding per frame; {:.1f} frames/s, processors {:.0f}% busy",
                    each(times.decode), each(times.letterbox), each(times.network), each(times.postprocess),
                    behind, each(sink_times_.drawing.count()), each(sink_times_.writing.count()),
                    pictures_ / wall, busy * 100));
}

}  // namespace yolo::modes
