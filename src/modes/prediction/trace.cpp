// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/files.hpp"
#include "core/json.hpp"
#include "modes/prediction/profile.hpp"

namespace yolo::modes {

namespace {

using TracedRuns = std::vector<LayerProfiler::TracedRun>;
using Time = engines::LayerRun::Time;

constexpr int process = 1;

double microseconds(Time::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

/// Text as JSON.
std::string json_of(const std::string& text) {
    return json_text(Json(text));
}

Time first_time(const TracedRuns& runs) {
    Time first = Time::max();
    for (const auto& [run, thread, warm_up] : runs) first = std::min(first, run.times.front());
    return first;
}

std::string name_event(const char* kind, int thread, const std::string& name) {
    return fmt::format(R"({{"name":"{}","ph":"M","pid":{},"tid":{},"args":{{"name":{}}}}})", kind, process,
                       thread, json_of(name));
}

class TraceWriter {
  public:
    TraceWriter(const FileSink& sink, Time zero) : sink_(sink), zero_(zero) {}

    void event(const std::string& json) {
        put(std::exchange(first_, false) ? "\n" : ",\n");
        put(json);
    }

    void run(const LayerProfiler::TracedRun& traced) {
        const engines::LayerRun& run = traced.run;
        thread_ = traced.thread;
        const Shape& input = run.layers->front().output;
        complete(traced.warm_up ? "network, warm-up" : "network", "run", run.times.front(), run.times.back(),
                 fmt::format(R"("input":[{}],"warm_up":{},"threads":{},"peak_gflops_per_s":{:.1f})",
                             fmt::join(input, ","), traced.warm_up, run.machine.threads,
                             run.machine.peak_flops / 1e9));
        for (std::size_t i = 0; i < run.layers->size(); ++i) layer(run, i);
    }

    void put(std::string_view text) { sink_(std::as_bytes(std::span(text))); }

  private:
    void layer(const engines::LayerRun& run, std::size_t i) {
        const engines::ProfiledLayer& layer = (*run.layers)[i];
        const double seconds = std::chrono::duration<double>(run.times[i + 1] - run.times[i]).count();
        const double rate = seconds > 0 ? static_cast<double>(layer.flops) / seconds : 0;
        const double peak = run.machine.peak_flops;
        complete(
            layer.name, "layer", run.times[i], run.times[i + 1],
            fmt::format(R"("op":{},"output":[{}],"flops":{},"gflops_per_s":{:.3f},"share_of_peak":{:.4f})",
                        json_of(layer.op), fmt::join(layer.output, ","), layer.flops, rate / 1e9,
                        peak > 0 ? rate / peak : 0));
    }

    void complete(const std::string& name, const char* category, Time begin, Time end,
                  const std::string& arguments) {
        event(fmt::format(
            R"({{"name":{},"cat":"{}","ph":"X","ts":{:.3f},"dur":{:.3f},"pid":{},"tid":{},"args":{{{}}}}})",
            json_of(name), category, microseconds(begin - zero_), microseconds(end - begin), process, thread_,
            arguments));
    }

    const FileSink& sink_;
    const Time zero_;
    int thread_ = 0;
    bool first_ = true;
};

}  // namespace

void write_trace(const std::filesystem::path& path, const TracedRuns& runs, const std::string& title) {
    std::map<int, int> threads;  // of the runs on each thread
    for (const auto& [run, thread, warm_up] : runs) threads[thread] = run.machine.threads;
    write_file(path, [&](const FileSink& sink) {
        TraceWriter writer(sink, first_time(runs));
        writer.put(R"({"displayTimeUnit":"ms","traceEvents":[)");
        writer.event(name_event("process_name", 0, title));
        for (const auto& [thread, together] : threads)
            writer.event(name_event(
                "thread_name", thread,
                together == 1 ? fmt::format("thread {}", thread)
                              : fmt::format("thread {}, which computes with {} more", thread, together - 1)));
        for (const LayerProfiler::TracedRun& run : runs) writer.run(run);
        writer.put("\n]}\n");
    });
}

}  // namespace yolo::modes
