// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/profile.hpp"

#include <cstring>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo::modes {

namespace {

constexpr int enough_runs = 10;
constexpr auto longest_wait = std::chrono::seconds(3);

void run_on(const LayerProfiler& profiler, inference::Session& session, const inference::Pipeline& pipeline,
            const CommandContext& context) {
    const Shape input = pipeline.last_input();  // (n, channels, height, width)
    if (input.size() != 4) return;
    Tensor picture = Tensor::allocate(DType::u8, {1, input[2], input[3], input[1]});
    std::memset(picture.mutable_raw(), 0, picture.bytes());
    engines::Engine& engine = session.engine(pipeline.request());
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    while (profiler.sums().runs.count < enough_runs && std::chrono::steady_clock::now() < end) {
        if (context.cancelled && context.cancelled()) return;
        engine.run({picture, engines::Batch::Layout::nhwc_bgr});
    }
}

}  // namespace

std::shared_ptr<LayerProfiler> profile_layers(inference::Session& session,
                                              const inference::EngineRequest& request) {
    const std::string& engine = session.engine_entry(request).name;
    if (engine != "cpu")
        throw UsageError(
            fmt::format("profile=True measures the layers of the engine cpu alone, and '{}' would "
                        "run this model: leave profile out, or give a checkpoint and engine=cpu",
                        engine));
    auto profiler = std::make_shared<LayerProfiler>();
    session.profile_with(profiler);
    return profiler;
}

void finish_profile(LayerProfiler& profiler, inference::Session& session, const inference::Pipeline& pipeline,
                    const std::string& model, RunFiles& files, const CommandContext& context) {
    run_on(profiler, session, pipeline, context);
    const ProfileSums sums = profiler.sums();
    if (sums.runs.count + sums.warm_ups.count == 0) return;  // ended before the first picture
    const std::string name = std::filesystem::path(model).stem().string();
    context.log(LogLevel::info,
                fmt::format("\nLayers of {} on the engine cpu, {} thread{} a run; peak: {:.0f} "
                            "GFLOP/s (the fastest product of two matrices)",
                            name, sums.machine.threads, sums.machine.threads == 1 ? "" : "s",
                            sums.machine.peak_flops / 1e9));
    for (const std::string& line : profile_table(sums)) context.log(LogLevel::info, line);
    const std::vector<LayerProfiler::TracedRun> traced = profiler.traced();
    const std::filesystem::path path = files.claim_beside(name + "_trace.json");
    write_trace(path, traced, fmt::format("yolo: {} on the engine cpu", name));
    context.log(LogLevel::info,
                fmt::format("{} of {} runs as a trace: {} (for chrome://tracing or ui.perfetto.dev)",
                            traced.size(), sums.runs.count + sums.warm_ups.count, path.string()));
}

}  // namespace yolo::modes
