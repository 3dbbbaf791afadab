// SPDX-License-Identifier: Apache-2.0
#include "sources/file_source.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "image/codec.hpp"
#include "sources/url.hpp"
#include "sources/video_frames.hpp"

namespace yolo::sources {

namespace {

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

std::string file_stem(const std::filesystem::path& path) {
    return is_url(path.string()) ? clean_stem(url_path(path.string()).stem().string()) : path.stem().string();
}

/// As others may read it.
std::string shown(const std::filesystem::path& path) {
    return is_url(path.string()) ? without_passwords(path.string()) : path.string();
}

std::string count_of(int number, const char* what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

/// How many frames it gives: "120", "~120" when nobody has counted them, or "?".
std::string total_of(const VideoFrames& video) {
    const int count = video.count(), about = video.about_count();
    if (count > 0) return std::to_string(count);
    return about > 0 ? fmt::format("~{}", about) : "?";
}

class FileSource final : public Source {
  public:
    FileSource(MediaFiles files, const SourceOptions& options)
        : files_(std::move(files.images)), images_(files_.size()), options_(options) {
        unread_.files = files.ignored;
        files_.insert(files_.end(), files.videos.begin(), files.videos.end());
        if (!files.left_out.empty()) say_left_out(files.left_out);
    }

    std::vector<Frame> next() override {
        std::vector<Frame> batch;
        while (static_cast<int>(batch.size()) < options_.batch && !interrupted()) {
            if (!video_ && next_ == files_.size()) break;
            // A batch holds pictures, or frames of one video.
            if (!video_ && next_ >= images_ && !batch.empty()) break;
            if (video_) {
                add_frame(batch);
            } else if (next_ < images_) {
                add_image(batch);
            } else {
                open_next_video();
            }
        }
        return batch;
    }

    int count() const override { return static_cast<int>(files_.size()); }
    void cancel() override { cancelled_ = true; }

    Unread unread() const override {
        const std::lock_guard lock(mutex_);
        return unread_;
    }

    std::vector<Planned> planned() const override {
        std::vector<Planned> plan;
        plan.reserve(files_.size());
        for (const std::filesystem::path& path : files_) {
            plan.push_back({file_stem(path), shown(path), plan.size() >= images_});
        }
        return plan;
    }

  private:
    void add_image(std::vector<Frame>& batch) {
        const std::filesystem::path& path = files_[next_++];
        const auto start = std::chrono::steady_clock::now();
        if (path.parent_path() != folder_) {
            folder_ = path.parent_path();
            folder_begin_ = next_ - 1;
        }
        try {
            Frame frame = file_frame(path, read_picture(path), SourceKind::image);
            frame.folder_index = static_cast<int>(next_ - 1 - folder_begin_);
            frame.label = fmt::format("image {}/{} {}: ", next_, files_.size(), frame.path);
            frame.decode_ms = milliseconds_since(start);
            batch.push_back(std::move(frame));
        } catch (const Error& error) {
            skip(error);
        }
    }

    cv::Mat read_picture(const std::filesystem::path& path) const {
        if (!is_url(path.string())) return image::read_image(path);
        return image::decode_image(fetch_url(path.string(), interrupt_), shown(path));
    }

    void open_next_video() {
        const std::filesystem::path& path = files_[next_++];
        try {
            video_.emplace(open_video(path.string(), interrupt_), options_.vid_stride);
        } catch (const Error& error) {
            skip(error);
        }
    }

    void add_frame(std::vector<Frame>& batch) {
        const auto start = std::chrono::steady_clock::now();
        const std::filesystem::path& path = files_[next_ - 1];
        cv::Mat picture = video_->next();
        if (picture.empty()) {
            if (!interrupted()) judge_video(shown(path));
            video_.reset();
            return;
        }
        Frame frame = file_frame(path, std::move(picture), SourceKind::video);
        frame.frame_number = video_->number();
        frame.fps = video_->fps();
        frame.seconds = video_->seconds();
        frame.label = fmt::format("video {}/{} (frame {}/{}) {}: ", next_, files_.size(), frame.frame_number,
                                  total_of(*video_), frame.path);
        frame.decode_ms = milliseconds_since(start);
        batch.push_back(std::move(frame));
    }

    Frame file_frame(const std::filesystem::path& path, cv::Mat picture, SourceKind kind) const {
        Frame frame;
        frame.image = std::move(picture);
        frame.kind = kind;
        frame.path = shown(path);
        frame.stem = file_stem(path);
        frame.source_index = static_cast<int>(next_) - 1;
        return frame;
    }

    /// Once all of its frames have been asked for.
    void judge_video(const std::string& path) {
        const int read = video_->frames_read(), whole = read - video_->frames_damaged();
        if (whole == 0) {
            skip(Error(fmt::format("cannot read the video '{}': no frame of it can be decoded", path)));
            return;
        }
        Unread found;
        found.cut = video_->ended_early() ? 1 : 0;
        // The last frame of a cut video is the one that the cut went through.
        found.frames = read - whole - (found.cut > 0 && video_->last_is_damaged() ? 1 : 0);
        found.parts = video_->frames_patched();
        if (found.frames > 0) {
            warn(fmt::format("{} of the {} of the video '{}' {} damaged (skipped)", found.frames,
                             count_of(read, "frame"), path, found.frames == 1 ? "is" : "are"));
        }
        if (found.parts > 0) {
            warn(fmt::format(
                "{} of the {} of the video '{}' could be decoded in part only: what was found there "
                "may be wrong",
                found.parts, count_of(read, "frame"), path));
        }
        if (found.cut > 0) {
            const int promised = video_->frames_promised();
            warn(fmt::format("the video '{}' is cut off: {} could be read", path,
                             promised > 0 ? fmt::format("{} of its {} frames", whole, promised)
                                          : count_of(whole, "frame")));
        }
        if (video_->number() == 0) {
            warn(fmt::format("the video '{}' has only {}: vid_stride={} takes none of them", path,
                             count_of(read, "frame"), options_.vid_stride));
        }
        const std::lock_guard lock(mutex_);
        unread_.frames += found.frames;
        unread_.parts += found.parts;
        unread_.cut += found.cut;
    }

    void say_left_out(const std::vector<std::filesystem::path>& paths) const {
        constexpr std::size_t most_named = 3;
        std::string named = paths.front().string();
        for (std::size_t i = 1; i < std::min(paths.size(), most_named); ++i)
            named += ", " + paths[i].string();
        warn(fmt::format(
            "{} left out, whose suffix is none of a folder's or pattern's videos ({}{}): name {}, "
            "or list {} in a .txt file",
            paths.size() == 1 ? "a file is" : fmt::format("{} files are", paths.size()), named,
            paths.size() > most_named ? ", ..." : "", paths.size() == 1 ? "it" : "them",
            paths.size() == 1 ? "it" : "them"));
    }

    void skip(const Error& error) {
        if (interrupted()) return;
        {
            const std::lock_guard lock(mutex_);
            ++unread_.files;
        }
        warn(fmt::format("{} (skipped)", error.what()));
    }

    void warn(const std::string& text) const {
        if (options_.log) options_.log(LogLevel::warning, text);
    }

    bool interrupted() const { return cancelled_ || (options_.cancelled && options_.cancelled()); }

    std::vector<std::filesystem::path> files_;  ///< pictures, then videos
    std::size_t images_;                        ///< how many of them are pictures
    SourceOptions options_;
    std::size_t next_ = 0;
    std::filesystem::path folder_;  ///< of the last picture
    std::size_t folder_begin_ = 0;  ///< its first picture
    std::optional<VideoFrames> video_;
    std::atomic<bool> cancelled_{false};
    const Interrupt interrupt_ = [this] { return interrupted(); };
    mutable std::mutex mutex_;
    Unread unread_;  ///< read by others while frames are delivered
};

}  // namespace

std::unique_ptr<Source> file_source(MediaFiles files, const SourceOptions& options) {
    return std::make_unique<FileSource>(std::move(files), options);
}

}  // namespace yolo::sources
