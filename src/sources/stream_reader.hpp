// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/bounded_queue.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

struct StreamReaderOptions {
    int stride = 1;
    bool keep_all = false;        ///< up to 30 frames wait, then the reader does; else only the newest
    bool ends_after_one = false;  ///< a stream of a single frame is a picture: do not open it again
    std::chrono::milliseconds first_retry{250};  ///< doubled with each failed attempt
    std::chrono::milliseconds longest_retry{5'000};
};

/// Reads a stream on a thread of its own. A stream that breaks or does not answer gives black frames and is
/// opened again until it answers; one of known length ends.
class StreamReader {
  public:
    using Opener = std::function<std::unique_ptr<VideoReader>(const Interrupt&)>;

    /// Opens at once. Throws what `open` throws. `cancelled` true ends opening and reading.
    StreamReader(std::string name, Opener open, StreamReaderOptions options, Interrupt cancelled = {});
    ~StreamReader();
    StreamReader(const StreamReader&) = delete;
    StreamReader& operator=(const StreamReader&) = delete;

    /// Waits for a frame; an empty one at the end.
    cv::Mat next();

    /// From any thread: ends next(), and the thread also when it waits for the stream.
    void stop();

    /// What happened since the last call: lost, found again.
    std::vector<std::string> take_messages();

  private:
    void run();
    bool read_frame(cv::Mat& frame);
    void deliver(cv::Mat frame);
    bool reopen();
    bool sleep(std::chrono::steady_clock::duration time);
    void tell(std::string text);

    const std::string name_;
    const Opener open_;
    const StreamReaderOptions options_;
    std::atomic<bool> stopped_{false};  ///< set with the mutex held, so that wake_ misses nothing
    const Interrupt interrupt_;
    std::unique_ptr<VideoReader> reader_;
    VideoInfo info_;
    int frames_ = 0;  ///< since it was opened

    BoundedQueue<cv::Mat> queue_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::string> messages_;
    std::thread thread_;
};

}  // namespace yolo::sources
