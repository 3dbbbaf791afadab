// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/log.hpp>

#include "sources/file_list.hpp"

namespace yolo::sources {

enum class SourceKind { image, video, stream, memory };

/// One picture on its way to the network.
struct Frame {
    cv::Mat image;  ///< (h, w, 3) uint8 BGR
    SourceKind kind = SourceKind::image;
    std::string path;      ///< file, URL, or "image0.jpg" for pictures in memory
    std::string label;     ///< start of the verbose line: "image 1/4 /path/0.jpg: ", "video 1/1 (frame 3/120)
                           ///< /path/a.mp4: ", "0: "
    std::string stem;      ///< name of the output without suffix
    int source_index = 0;  ///< which file or stream, from 0
    int folder_index = 0;  ///< images: among those of the same folder that follow one another, from 0
    int frame_number = 0;  ///< within a video or stream, from 1 in steps of one delivered frame; 0 for
                           ///< images, but those of a sequence whose names are numbers
    double fps = 0;        ///< as the source says, vid_stride counted; 0 for images, but those of a sequence
    /// When it was taken, counted from whenever, but never backwards: as the file's time stamps say, of live
    /// sources when it was received. 0 for images, but those of a sequence.
    double seconds = 0;
    double decode_ms = 0;
    /// Live sources: when it was received. Nothing (0) for files.
    std::chrono::steady_clock::time_point received = {};
    int dropped = 0;  ///< live sources: newer than the frame given before this one, and never given
};

struct SourceOptions {
    int batch = 1;
    int vid_stride = 1;
    bool stream_buffer = false;
    PictureOrder order = PictureOrder::text;  ///< of the pictures of a folder or pattern
    LogSink log = {};                         ///< warnings: pictures that could not be read
    /// Asked while a source is opened and read, on the thread that does: true ends both.
    std::function<bool()> cancelled = {};
};

/// What a source could not give.
struct Unread {
    int files = 0;   ///< skipped as a whole
    int frames = 0;  ///< of videos, skipped
    int parts = 0;   ///< frames of videos that were given with parts that the decoder guessed
    int cut = 0;     ///< videos that end before their end
    bool any() const { return files > 0 || frames > 0 || parts > 0 || cut > 0; }
};

/// What a file of a source will be called in the results, known before anything is decoded.
struct Planned {
    std::string stem;       ///< as Frame::stem
    std::string path;       ///< as Frame::path
    bool is_video = false;  ///< many frames: a video, a GIF
};

/// Delivers frames in order. Not thread-safe: one reader. Destruction ends its threads at once.
class Source {
  public:
    virtual ~Source() = default;
    /// The next batch: at most options.batch frames (streams: the newest of each that has a new one); a batch
    /// never spans two videos. Empty at the end.
    virtual std::vector<Frame> next() = 0;
    /// Number of files (0 = unknown or live).
    virtual int count() const { return 0; }
    /// Live sources drop frames, files never do.
    virtual bool live() const { return false; }
    /// The files to come, by their source_index; empty for live sources. Costs nothing: no file is opened.
    virtual std::vector<Planned> planned() const { return {}; }
    /// So far.
    virtual Unread unread() const { return {}; }
    /// From any thread: next() gives nothing more, and ends at once also when it waits.
    virtual void cancel() {}
};

/// Opens what the text names (docs/sources.md). Throws Error when there is nothing like it, Cancelled when
/// options.cancelled ended it.
std::unique_ptr<Source> open_source(const std::string& text, const SourceOptions& options);

/// Pictures in memory, `batch` at a time; names image0.jpg, image1.jpg ...
std::unique_ptr<Source> memory_source(std::vector<cv::Mat> pictures, int batch = 1);

}  // namespace yolo::sources
