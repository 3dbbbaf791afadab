// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/sequence_pictures.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "metrics/mot_file.hpp"
#include "sources/file_source.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

/// A name without suffix in two parts: its last digits, and the rest.
struct NumberedName {
    int number;
    std::string form;
};

std::optional<NumberedName> numbered_name(const std::string& stem) {
    constexpr const char* digits = "0123456789";
    const std::size_t last = stem.find_last_of(digits);
    if (last == std::string::npos) return {};
    const std::size_t before = stem.find_last_not_of(digits, last);
    const std::size_t first = before == std::string::npos ? 0 : before + 1;
    int number = 0;
    const char* end = stem.data() + last + 1;
    const auto result = std::from_chars(stem.data() + first, end, number);
    // Frames count from 1, and the last picture may be number 0 of those that count from there.
    if (result.ec != std::errc() || number >= metrics::most_mot_frames) return {};
    return NumberedName{number, stem.substr(0, first) + "#" + stem.substr(last + 1)};
}

class PictureSource final : public sources::Source {
  public:
    PictureSource(std::unique_ptr<sources::Source> files, std::vector<int> frames, double frame_rate)
        : files_(std::move(files)), frames_(std::move(frames)), frame_rate_(frame_rate) {}

    std::vector<sources::Frame> next() override {
        std::vector<sources::Frame> batch = files_->next();
        for (sources::Frame& frame : batch) {
            frame.frame_number = frames_.at(static_cast<std::size_t>(frame.source_index));
            frame.fps = frame_rate_;
            if (frame_rate_ > 0) frame.seconds = frame.frame_number / frame_rate_;
        }
        return batch;
    }

    int count() const override { return files_->count(); }
    std::vector<sources::Planned> planned() const override { return files_->planned(); }
    sources::Unread unread() const override { return files_->unread(); }
    void cancel() override { files_->cancel(); }

  private:
    const std::unique_ptr<sources::Source> files_;
    const std::vector<int> frames_;
    const double frame_rate_;
};

}  // namespace

SequencePictures find_sequence_pictures(const fs::path& folder) {
    const sources::MediaFiles media = sources::folder_files(folder);
    SequencePictures pictures;
    pictures.strays = media.videos;
    std::map<std::string, int> forms;
    for (const fs::path& file : media.images) {
        if (const auto name = numbered_name(file.stem().string())) ++forms[name->form];
    }
    struct Choice {
        fs::path file;
        int likeness;
    };
    std::map<int, Choice> chosen;
    for (const fs::path& file : media.images) {
        const auto name = numbered_name(file.stem().string());
        if (!name) {
            pictures.strays.push_back(file);
            continue;
        }
        Choice choice{file, forms.at(name->form)};
        const auto [place, is_new] = chosen.try_emplace(name->number, choice);
        if (is_new) continue;
        if (place->second.likeness < choice.likeness) std::swap(place->second, choice);
        pictures.strays.push_back(choice.file);
    }
    if (chosen.empty())
        throw Error(fmt::format("{}: no picture has the number of its frame in its name, as in 000001.jpg",
                                folder.string()));
    pictures.from_zero = chosen.begin()->first == 0;
    for (const auto& [number, choice] : chosen) {
        pictures.files.push_back(choice.file);
        pictures.frames.push_back(number + (pictures.from_zero ? 1 : 0));
    }
    return pictures;
}

std::unique_ptr<sources::Source> sequence_source(const SequencePictures& pictures, double frame_rate,
                                                 const sources::SourceOptions& options) {
    return std::make_unique<PictureSource>(
        sources::file_source({.images = pictures.files, .videos = {}}, options), pictures.frames, frame_rate);
}

}  // namespace yolo::modes
