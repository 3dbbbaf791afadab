// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "core/run_files.hpp"
#include "modes/prediction/sinks/sink.hpp"

namespace yolo::modes {

namespace {

/// labels/NAME.txt, videos and streams labels/NAME_FRAME.txt. A file of an earlier run of that name is
/// replaced; a picture without detections has no file.
class LabelSink : public Sink {
  public:
    LabelSink(RunFiles& files, bool with_confidence) : files_(files), with_confidence_(with_confidence) {
        files.refuse_foreign_folder("labels");
    }

    void write(const Output& output) override {
        const std::string name = "labels/" + output.frame_name() + ".txt";
        const std::filesystem::path path = files_.claim(name);
        files_.remove_own(name);
        output.prediction.result.save_txt(path.string(), with_confidence_);
        if (std::filesystem::exists(path)) ++written_;
    }

    std::string summary() const override {
        return fmt::format("{} label{} saved to {}", written_, written_ == 1 ? "" : "s",
                           (files_.folder() / "labels").string());
    }

  private:
    RunFiles& files_;
    const bool with_confidence_;
    int written_ = 0;
};

}  // namespace

std::unique_ptr<Sink> label_sink(RunFiles& files, bool with_confidence) {
    return std::make_unique<LabelSink>(files, with_confidence);
}

}  // namespace yolo::modes
