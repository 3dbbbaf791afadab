// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/sinks/sink.hpp"

namespace yolo::modes {

namespace {

/// crops/CLASS/NAME.jpg, videos and streams crops/CLASS/NAME_FRAME.jpg.
class CropSink : public Sink {
  public:
    explicit CropSink(std::filesystem::path folder) : folder_(std::move(folder)) {}

    void write(const Output& output) override {
        output.prediction.result.save_crop(folder_.string(), output.frame_name());
    }

  private:
    const std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<Sink> crop_sink(std::filesystem::path folder) {
    return std::make_unique<CropSink>(std::move(folder));
}

}  // namespace yolo::modes
