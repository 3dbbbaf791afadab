// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/core.h>

#include "core/files.hpp"
#include "image/codec.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "sources/video_writer.hpp"

namespace yolo::modes {

namespace {

/// Pictures as NAME.jpg, videos and streams as one video each, and with save_frames also
/// NAME_frames/NAME_N.jpg.
class PictureSink : public Sink {
  public:
    PictureSink(std::filesystem::path folder, bool save_frames)
        : folder_(std::move(folder)), save_frames_(save_frames) {}

    void write(const Output& output) override {
        const sources::Frame& frame = output.prediction.frame;
        if (frame.kind == sources::SourceKind::image || frame.kind == sources::SourceKind::memory) {
            image::write_image(folder_ / (output.name + ".jpg"), output.drawn());
            return;
        }
        video(output).write(output.drawn());
        if (save_frames_) {
            const std::filesystem::path frames = folder_ / (output.name + "_frames");
            make_directories(frames);
            image::write_image(frames / fmt::format("{}_{}.jpg", output.name, frame.frame_number),
                               output.drawn());
        }
    }

    void finish() override {
        for (auto& [index, writer] : videos_) writer->close();
        videos_.clear();
    }

  private:
    sources::VideoWriter& video(const Output& output) {
        const sources::Frame& frame = output.prediction.frame;
        const auto open = videos_.find(frame.source_index);
        if (open != videos_.end()) return *open->second;
        if (frame.kind == sources::SourceKind::video) finish();  // files come one after the other
        const cv::Mat& picture = output.drawn();
        auto writer = sources::create_video(folder_ / output.name, frame.fps, {picture.rows, picture.cols});
        return *videos_.emplace(frame.source_index, std::move(writer)).first->second;
    }

    const std::filesystem::path folder_;
    const bool save_frames_;
    std::map<int, std::unique_ptr<sources::VideoWriter>> videos_;  ///< open ones, by source
};

}  // namespace

std::unique_ptr<Sink> picture_sink(std::filesystem::path folder, bool save_frames) {
    return std::make_unique<PictureSink>(std::move(folder), save_frames);
}

}  // namespace yolo::modes
