// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/json.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "modes/tracking/region_text.hpp"

namespace yolo::modes {

namespace {

/// Seconds within a video; of what is live, since 1970.
double time_of(const sources::Frame& frame) {
    if (frame.received == std::chrono::steady_clock::time_point()) return frame.seconds;
    const auto age = std::chrono::steady_clock::now() - frame.received;
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch() - age).count();
}

/// predictions.jsonl: one JSON object a line and picture (docs/results.md).
class JsonSink : public Sink {
  public:
    explicit JsonSink(RunFiles& files) : path_(files.claim("predictions.jsonl")) {
        file_.open(path_, std::ios::trunc);
        check();
    }

    void write(const Output& output) override {
        const Result& result = output.prediction.result;
        const sources::Frame& frame = output.prediction.frame;
        Json head = {{"path", result.path}};
        if (frame.kind == sources::SourceKind::stream) head["stream"] = frame.source_index;
        head["frame"] = frame.frame_number;
        if (frame.frame_number > 0) head["time"] = std::round(1000 * time_of(frame)) / 1000;
        head["shape"] = {result.orig_shape.height, result.orig_shape.width};
        head["task"] = to_string(result.task);
        std::string line = json_text(head);
        line.pop_back();  // the closing brace: the detections follow as they are
        if (!result.embedding.empty()) {
            line += ",\"embedding\":" + json_text(Json(result.embedding));
        } else {
            line += ",\"detections\":" + result.to_json();
        }
        if (!output.prediction.regions.empty())
            line += ",\"regions\":" + json_text(regions_json(output.prediction.regions, result.names));
        file_ << line << "}\n";
        check();
        ++lines_;
    }

    void finish() override {
        file_.close();
        check();
    }

    std::string summary() const override {
        return fmt::format("{} line{} saved to {}", lines_, lines_ == 1 ? "" : "s", path_.string());
    }

  private:
    void check() const {
        if (!file_) throw Error(fmt::format("cannot write '{}': {}", path_.string(), std::strerror(errno)));
    }

    const std::filesystem::path path_;
    std::ofstream file_;
    int lines_ = 0;
};

}  // namespace

std::unique_ptr<Sink> json_sink(RunFiles& files) {
    return std::make_unique<JsonSink>(files);
}

}  // namespace yolo::modes
