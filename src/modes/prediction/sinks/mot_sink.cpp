// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "inference/sequence.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "modes/tracking/mot_rows.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

/// Pictures have the name of their folder, or of their sequence.
std::string folder_name(const fs::path& picture) {
    return mot_sequence_name(picture, fs::absolute(picture).lexically_normal().parent_path().filename());
}

/// mot/NAME.txt: MOTChallenge's lines of each sequence's tracks, frames from 1. A file of an earlier run of
/// that name is replaced; a sequence without tracks has an empty file.
class MotSink final : public Sink {
  public:
    explicit MotSink(RunFiles& files) : files_(files) { files.refuse_foreign_folder("mot"); }

    void write(const Output& output) override {
        Text& text = text_of(output);
        const inference::Prediction& prediction = output.prediction;
        text.file << metrics::mot_text(mot_rows(prediction.result, mot_frame(prediction.frame)));
        check(text);
    }

    void finish() override {
        for (auto& [stream, text] : open_) close(text);
        open_.clear();
    }

    std::string summary() const override {
        return fmt::format("tracks of {} sequence{} saved to {}", written_, written_ == 1 ? "" : "s",
                           (files_.folder() / "mot").string());
    }

  private:
    struct Text {
        inference::Sequence sequence;
        fs::path path;
        std::ofstream file;
    };

    Text& text_of(const Output& output) {
        const sources::Frame& frame = output.prediction.frame;
        const inference::Sequence sequence(frame);
        const auto place = open_.find(sequence.stream);
        if (place != open_.end() && place->second.sequence == sequence) return place->second;
        if (place != open_.end()) {
            close(place->second);
            open_.erase(place);
        }
        const std::string file = free_name(sequence.file < 0 ? folder_name(frame.path) : output.name);
        Text text{sequence, files_.claim(file), {}};
        files_.remove_own(file);
        text.file.open(text.path, std::ios::binary | std::ios::trunc);
        check(text);
        ++written_;
        return open_.emplace(sequence.stream, std::move(text)).first->second;
    }

    /// One that no other sequence of this run has: pictures may come again behind a video.
    std::string free_name(const std::string& stem) {
        std::string name = stem;
        for (int number = 2; !taken_.insert(name).second; ++number) name = fmt::format("{}-{}", stem, number);
        return "mot/" + name + ".txt";
    }

    static void close(Text& text) {
        text.file.close();
        check(text);
    }

    static void check(const Text& text) {
        if (!text.file)
            throw Error(fmt::format("cannot write '{}': {}", text.path.string(), std::strerror(errno)));
    }

    RunFiles& files_;
    std::map<int, Text> open_;  ///< by stream
    std::set<std::string> taken_;
    int written_ = 0;
};

}  // namespace

std::unique_ptr<Sink> mot_sink(RunFiles& files) {
    return std::make_unique<MotSink>(files);
}

}  // namespace yolo::modes
