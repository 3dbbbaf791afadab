// SPDX-License-Identifier: Apache-2.0
#include "sources/stream_source.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "sources/file_list.hpp"
#include "sources/list_file.hpp"
#include "sources/url.hpp"

namespace yolo::sources {

namespace {

class StreamSource final : public Source {
  public:
    StreamSource(const std::vector<StreamEntry>& entries, const SourceOptions& options) : options_(options) {
        for (const StreamEntry& entry : entries) {
            const StreamReaderOptions reader_options{.stride = std::max(options.vid_stride, 1),
                                                     .keep_all = options.stream_buffer,
                                                     .ends_after_one = entry.ends_after_one,
                                                     .changed = [this] { hear(); }};
            auto reader =
                std::make_unique<StreamReader>(entry.name, entry.open, reader_options, options.cancelled);
            streams_.push_back({entry.name, std::move(reader)});
        }
    }

    std::vector<Frame> next() override {
        while (!interrupted()) {
            news_ = false;
            for (const Stream& stream : streams_) pass_on(stream.reader->take_messages());
            if (std::vector<Frame> batch = waiting_frames(); !batch.empty()) return batch;
            if (std::ranges::all_of(streams_, [](const Stream& stream) { return stream.reader->ended(); }))
                return {};
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, asked_every, [&] { return news_.load(); });
        }
        return {};
    }

    bool live() const override { return true; }

    void cancel() override {
        cancelled_ = true;
        for (const Stream& stream : streams_) stream.reader->stop();
        hear();
    }

  private:
    struct Stream {
        std::string name;
        std::unique_ptr<StreamReader> reader;
        int frames = 0;
    };

    /// On the readers' threads.
    void hear() {
        {
            const std::lock_guard lock(mutex_);
            news_ = true;
        }
        changed_.notify_one();
    }

    bool interrupted() const { return cancelled_ || (options_.cancelled && options_.cancelled()); }

    /// One of each stream that has one. Nobody waits for a live stream; recordings of which no frame is
    /// dropped go side by side.
    std::vector<Frame> waiting_frames() {
        if (options_.stream_buffer && std::ranges::any_of(streams_, [](const Stream& stream) {
                return stream.reader->is_recording() && !stream.reader->has_frame() &&
                       !stream.reader->ended();
            }))
            return {};
        std::vector<Frame> batch;
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            if (auto taken = streams_[i].reader->take()) batch.push_back(frame_of(i, std::move(*taken)));
        }
        return batch;
    }

    Frame frame_of(std::size_t index, StreamFrame taken) {
        Stream& stream = streams_[index];
        Frame frame;
        frame.image = std::move(taken.image);
        frame.kind = SourceKind::stream;
        frame.path = stream.name;
        frame.label = fmt::format("{}: ", index);
        frame.stem = clean_stem(stream.name);
        frame.source_index = static_cast<int>(index);
        frame.frame_number = ++stream.frames;
        frame.fps = stream.reader->fps();
        frame.seconds = taken.seconds;
        // When a recording is read says nothing, unless it is played at its own rate.
        if (!stream.reader->is_recording() || !options_.stream_buffer) frame.received = taken.received;
        frame.dropped = taken.dropped;
        return frame;
    }

    void pass_on(const std::vector<std::string>& messages) const {
        if (!options_.log) return;
        for (const std::string& text : messages) options_.log(LogLevel::warning, text);
    }

    const SourceOptions options_;
    std::atomic<bool> cancelled_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> news_{false};  ///< set with the mutex held, so that changed_ misses nothing
    std::vector<Stream> streams_;
};

}  // namespace

StreamEntry stream_entry(const std::string& text, const std::filesystem::path& folder) {
    if (const int camera = camera_number(text); camera >= 0) {
        return {text, [camera](const Interrupt& interrupt) { return open_camera(camera, interrupt); }};
    }
    std::string name = text;
    if (!is_url(text)) {
        const std::filesystem::path path = expand_home(text);
        name = (std::filesystem::exists(path) ? path : folder / path).string();
    }
    return {without_passwords(name),
            [name](const Interrupt& interrupt) { return open_stream(name, interrupt); }, is_http_url(name)};
}

std::vector<StreamEntry> listed_streams(const std::filesystem::path& list) {
    std::vector<StreamEntry> entries;
    for (const std::string& line : list_lines(list)) {
        std::istringstream words(line);
        for (std::string entry; words >> entry;) {
            if (entry.starts_with('#')) break;  // the rest is a comment
            entries.push_back(stream_entry(entry, list.parent_path()));
        }
    }
    if (entries.empty()) {
        throw Error(fmt::format("there is no stream in '{}': give one URL, camera number or file a line",
                                list.string()));
    }
    return entries;
}

std::unique_ptr<Source> stream_source(const std::vector<StreamEntry>& streams, const SourceOptions& options) {
    return std::make_unique<StreamSource>(streams, options);
}

}  // namespace yolo::sources
