// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include <yolo/log.hpp>

#include "inference/pipeline.hpp"

namespace yolo::modes {

/// Time spent in the sinks, which run on the caller's thread.
struct SinkTimes {
    std::chrono::nanoseconds drawing{}, writing{};
};

/// The lines that predict prints: one a picture, the closing speed line, and for videos the share of each
/// stage. Its time runs from when it is made, with its pipeline, to the summary.
class PredictReport {
  public:
    PredictReport(inference::Session& session, const PredictOptions& options,
                  const inference::Pipeline& pipeline);

    /// "image 1/4 /path/0.jpg: 480x640 4 persons, 1 bus, 45.0ms"; before the first one, what runs and how.
    void print(const inference::Prediction& prediction, const LogSink& log);
    void add(const inference::Prediction& prediction);
    void print_summary(const LogSink& log) const;
    /// Where the user has ended the run.
    void print_stopped(const LogSink& log) const;

    int pictures() const { return pictures_; }
    SinkTimes& sink_times() { return sink_times_; }

  private:
    void print_header(const inference::Prediction& prediction, const LogSink& log);
    void print_stages(const LogSink& log) const;
    void print_streams(const LogSink& log) const;

    inference::Session& session_;
    const PredictOptions& options_;
    const inference::Pipeline& pipeline_;
    bool header_printed_ = false;
    bool video_ = false;
    int pictures_ = 0;
    Speed sum_;
    SinkTimes sink_times_;
    std::string stopped_at_;  ///< label of the last frame
    const std::chrono::steady_clock::time_point start_;
    const double processor_seconds_at_start_;
};

}  // namespace yolo::modes
