// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "core/files.hpp"
#include "modes/prediction/sinks/sink.hpp"

namespace yolo::modes {

namespace {

/// labels/NAME.txt, videos and streams labels/NAME_FRAME.txt. An older file of that name is replaced; a
/// picture without detections has no file.
class LabelSink : public Sink {
  public:
    LabelSink(std::filesystem::path folder, bool with_confidence)
        : folder_(std::move(folder)), with_confidence_(with_confidence) {}

    void write(const Output& output) override {
        const std::filesystem::path path = folder_ / (output.frame_name() + ".txt");
        make_directories(folder_);
        std::filesystem::remove(path);
        output.prediction.result.save_txt(path.string(), with_confidence_);
        if (std::filesystem::exists(path)) ++files_;
    }

    std::string summary() const override {
        return fmt::format("{} label{} saved to {}", files_, files_ == 1 ? "" : "s", folder_.string());
    }

  private:
    const std::filesystem::path folder_;
    const bool with_confidence_;
    int files_ = 0;
};

}  // namespace

std::unique_ptr<Sink> label_sink(std::filesystem::path folder, bool with_confidence) {
    return std::make_unique<LabelSink>(std::move(folder), with_confidence);
}

}  // namespace yolo::modes
