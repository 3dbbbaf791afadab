// SPDX-License-Identifier: Apache-2.0
/// \file profile=True of predict and track.
#pragma once

#include <memory>

#include <yolo/commands.hpp>

#include "core/run_files.hpp"
#include "inference/pipeline.hpp"
#include "modes/prediction/layer_profiler.hpp"

namespace yolo::modes {

/// Makes the session's engines tell `profiler` of their layers. Throws UsageError when another engine than
/// cpu would run.
std::shared_ptr<LayerProfiler> profile_layers(inference::Session& session,
                                              const inference::EngineRequest& request);

/// Runs the network on, on a black picture of the pipeline's last size, until what is measured says
/// something; then the table to the log and the trace into the run's folder.
void finish_profile(LayerProfiler& profiler, inference::Session& session, const inference::Pipeline& pipeline,
                    const std::string& model, RunFiles& files, const CommandContext& context);

/// The form of chrome://tracing and ui.perfetto.dev, https://docs.google.com/document/d/
/// 1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU ("Trace Event Format"): complete events, times in
/// microseconds from the first one on; category "run" for a whole run, "layer" for its layers.
void write_trace(const std::filesystem::path& path, const std::vector<LayerProfiler::TracedRun>& runs,
                 const std::string& title);

}  // namespace yolo::modes
