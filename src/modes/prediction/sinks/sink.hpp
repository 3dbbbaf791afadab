// SPDX-License-Identifier: Apache-2.0
/// \file Where predictions go. One sink does one thing; predict.cpp makes those that the options ask for.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/config.hpp>

#include "core/run_files.hpp"
#include "inference/pipeline.hpp"
#include "train/explainer.hpp"

namespace yolo::modes {

/// A prediction on its way to the sinks.
struct Output {
    const inference::Prediction& prediction;
    std::string name;  ///< of the files it makes, without suffix: the source's stem, unique in this run
    std::function<const cv::Mat&()> drawn;  ///< the annotated picture, drawn at the first call

    /// Of a file that belongs to this frame alone: `name`, of videos and streams NAME_FRAME.
    std::string frame_name() const;
};

class Sink {
  public:
    virtual ~Sink() = default;
    /// Throws Error when something cannot be written.
    virtual void write(const Output& output) = 0;
    /// After the last prediction (also after Ctrl-C): closes files.
    virtual void finish() {}
    /// A line for the end of the run, or "".
    virtual std::string summary() const { return ""; }
    /// True once the user closed a window with `q`.
    virtual bool stopped() const { return false; }
};

using Sinks = std::vector<std::unique_ptr<Sink>>;

// Sinks that write into the run's folder throw Error where a foreign file or folder is in the way: those that
// write into a folder of their own, or under one name, when they are made.
std::unique_ptr<Sink> label_sink(RunFiles& files, bool with_confidence);  ///< save_txt
std::unique_ptr<Sink> crop_sink(RunFiles& files);                         ///< save_crop
std::unique_ptr<Sink> json_sink(RunFiles& files);                         ///< save_json
std::unique_ptr<Sink> mot_sink(RunFiles& files);                          ///< save_mot
/// region; `log` is told the counts at the end.
std::unique_ptr<Sink> count_sink(RunFiles& files, const LogSink& log);
std::unique_ptr<Sink> picture_sink(RunFiles& files, bool save_frames);  ///< save
std::unique_ptr<Sink> window_sink(const LogSink& log);                  ///< show
/// What the page of serve= needs to know.
struct PageRequest {
    std::string address, token;     ///< as the options have them
    std::string mode, model, task;  ///< for its head line
};
/// serve; throws UsageError for an address that cannot be, Error when it cannot be had.
std::unique_ptr<Sink> page_sink(const PageRequest& request, const LogSink& log);
/// visualize; `shape` is the size that pictures are letterboxed to.
std::unique_ptr<Sink> activation_sink(RunFiles& files, const ModelInfo& info, Size shape,
                                      std::unique_ptr<train::Explainer> explainer);

}  // namespace yolo::modes
