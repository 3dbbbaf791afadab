// SPDX-License-Identifier: Apache-2.0
#include "sources/stream_source.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "sources/file_list.hpp"
#include "sources/url.hpp"

namespace yolo::sources {

namespace {

class StreamSource final : public Source {
  public:
    StreamSource(const std::vector<StreamEntry>& entries, const SourceOptions& options) : options_(options) {
        for (const StreamEntry& entry : entries) {
            const StreamReaderOptions reader_options{.stride = std::max(options.vid_stride, 1),
                                                     .keep_all = options.stream_buffer,
                                                     .ends_after_one = entry.ends_after_one};
            auto reader =
                std::make_unique<StreamReader>(entry.name, entry.open, reader_options, options.cancelled);
            streams_.push_back({entry.name, std::move(reader)});
        }
    }

    std::vector<Frame> next() override {
        std::vector<Frame> batch;
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            Stream& stream = streams_[i];
            if (stream.ended) continue;
            const auto start = std::chrono::steady_clock::now();
            cv::Mat picture = stream.reader->next();
            pass_on(stream.reader->take_messages());
            if (picture.empty()) {
                stream.ended = true;
                continue;
            }
            Frame frame;
            frame.image = std::move(picture);
            frame.kind = SourceKind::stream;
            frame.path = stream.name;
            frame.label = fmt::format("{}: ", i);
            frame.stem = clean_stem(stream.name);
            frame.source_index = static_cast<int>(i);
            frame.frame_number = ++stream.frames;
            frame.fps = std::max(live_fps / std::max(options_.vid_stride, 1), 1.0);
            frame.decode_ms =
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
            batch.push_back(std::move(frame));
        }
        return batch;
    }

    bool live() const override { return true; }

    void cancel() override {
        for (const Stream& stream : streams_) stream.reader->stop();
    }

  private:
    struct Stream {
        std::string name;
        std::unique_ptr<StreamReader> reader;
        int frames = 0;
        bool ended = false;
    };

    void pass_on(const std::vector<std::string>& messages) const {
        if (!options_.log) return;
        for (const std::string& text : messages) options_.log(LogLevel::warning, text);
    }

    SourceOptions options_;
    std::vector<Stream> streams_;
};

}  // namespace

StreamEntry stream_entry(const std::string& text, const std::filesystem::path& folder) {
    if (const int camera = camera_number(text); camera >= 0) {
        return {text, [camera](const Interrupt&) { return open_camera(camera); }};
    }
    std::string name = text;
    if (!is_url(text)) {
        const std::filesystem::path path = expand_home(text);
        name = (std::filesystem::exists(path) ? path : folder / path).string();
    }
    return {name, [name](const Interrupt& interrupt) { return open_video(name, interrupt); },
            is_http_url(name)};
}

std::vector<StreamEntry> listed_streams(const std::filesystem::path& list) {
    std::istringstream text(read_text(list));
    std::vector<StreamEntry> entries;
    for (std::string entry; text >> entry;) entries.push_back(stream_entry(entry, list.parent_path()));
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
