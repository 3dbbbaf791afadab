// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/sinks/sink.hpp"
#include "tasks/result_crop.hpp"

namespace yolo::modes {

namespace {

/// crops/CLASS/NAME.jpg, videos and streams crops/CLASS/NAME_FRAME.jpg.
class CropSink : public Sink {
  public:
    explicit CropSink(RunFiles& files) : files_(files) { files.refuse_foreign_folder("crops"); }

    void write(const Output& output) override {
        const std::string name = output.frame_name() + ".jpg";
        tasks::save_crops(output.prediction.result, [&](const std::string& class_folder) {
            return files_.claim_new(std::filesystem::path("crops") / class_folder / name);
        });
    }

  private:
    RunFiles& files_;
};

}  // namespace

std::unique_ptr<Sink> crop_sink(RunFiles& files) {
    return std::make_unique<CropSink>(files);
}

}  // namespace yolo::modes
