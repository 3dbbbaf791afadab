// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/core.h>

#include "image/codec.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "sources/video_writer.hpp"

namespace yolo::modes {

namespace {

constexpr double longest_live_pause = 1;  ///< seconds that a stream may be away, as the saved video shows it

/// Pictures as NAME.jpg, videos and streams as one video each, and with save_frames also
/// NAME_frames/NAME_N.jpg.
class PictureSink : public Sink {
  public:
    PictureSink(RunFiles& files, bool save_frames) : files_(files), save_frames_(save_frames) {}

    void write(const Output& output) override {
        const sources::Frame& frame = output.prediction.frame;
        if (frame.kind == sources::SourceKind::image || frame.kind == sources::SourceKind::memory) {
            image::write_image(files_.claim(output.name + ".jpg"), output.drawn());
            return;
        }
        video(output).write(output.drawn(), frame.seconds);
        if (save_frames_) {
            const std::string name = fmt::format("{0}_frames/{0}_{1}.jpg", output.name, frame.frame_number);
            image::write_image(files_.claim(name), output.drawn());
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
        const std::string name = output.name + ".avi";
        const std::filesystem::path path = files_.claim(name);
        files_.remove_own(name);  // another name of the same file may be the source that is being read
        const Size size{picture.rows, picture.cols};
        auto writer = frame.kind == sources::SourceKind::video
                          ? std::make_unique<sources::VideoWriter>(path, frame.fps, size)
                          : std::make_unique<sources::VideoWriter>(path, frame.fps, size, longest_live_pause);
        return *videos_.emplace(frame.source_index, std::move(writer)).first->second;
    }

    RunFiles& files_;
    const bool save_frames_;
    std::map<int, std::unique_ptr<sources::VideoWriter>> videos_;  ///< open ones, by source
};

}  // namespace

std::unique_ptr<Sink> picture_sink(RunFiles& files, bool save_frames) {
    return std::make_unique<PictureSink>(files, save_frames);
}

}  // namespace yolo::modes
