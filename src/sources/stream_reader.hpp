// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sources/frame_clock.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

/// Whoever waits asks so often whether the caller has ended it.
inline constexpr std::chrono::milliseconds asked_every{100};

struct StreamReaderOptions {
    int stride = 1;
    bool keep_all = false;        ///< up to 30 frames wait, then the reader does; else only the newest
    bool ends_after_one = false;  ///< a stream of a single frame is a picture: do not open it again
    std::chrono::milliseconds first_retry{250};  ///< doubled with each attempt that gives no frame
    std::chrono::milliseconds longest_retry{5'000};
    /// Called on the reader's thread when there is something new: a frame, a message, the end.
    std::function<void()> changed = {};
};

struct StreamFrame {
    cv::Mat image;
    std::chrono::steady_clock::time_point received;
    double seconds = 0;  ///< as Frame::seconds
    int dropped = 0;     ///< since the frame before this one, for newer ones
};

/// Reads a stream on a thread of its own. A stream that breaks or does not answer gives no frame until it
/// does: it is opened again and again, in which it may have another size. A recording ends.
class StreamReader {
  public:
    using Opener = std::function<std::unique_ptr<VideoReader>(const Interrupt&)>;

    /// Opens at once. Throws what `open` throws. `cancelled` true ends opening and reading.
    StreamReader(std::string name, Opener open, StreamReaderOptions options, Interrupt cancelled = {});
    ~StreamReader();
    StreamReader(const StreamReader&) = delete;
    StreamReader& operator=(const StreamReader&) = delete;

    /// The next frame, if one waits. Each is given once.
    std::optional<StreamFrame> take();
    /// Waits for a frame; nothing at the end.
    std::optional<StreamFrame> next();

    bool has_frame() const;
    /// It gives no frame any more.
    bool ended() const;
    /// It ends.
    bool is_recording() const { return recording_; }
    /// Frames per second that it says it gives, `stride` counted.
    double fps() const { return fps_; }

    /// From any thread: ends next(), and the thread also when it waits for the stream.
    void stop();

    /// What happened since the last call: lost, found again.
    std::vector<std::string> take_messages();

  private:
    using Clock = std::chrono::steady_clock;

    void run();
    void read_all();
    bool read_frame(StreamFrame& frame);
    void deliver(StreamFrame frame);
    bool reopen();
    bool sleep(Clock::duration time);
    void tell(std::string text);
    void say_changed();
    std::optional<StreamFrame> pop();

    const std::string name_;
    const Opener open_;
    const StreamReaderOptions options_;
    std::atomic<bool> stopped_{false};  ///< set with the mutex held, so that wake_ misses nothing
    const Interrupt interrupt_;
    std::unique_ptr<VideoReader> reader_;
    const bool recording_;
    const double fps_;
    FrameClock clock_;                      ///< of a recording
    int frames_ = 0;                        ///< so far
    bool lost_ = false;                     ///< and said so
    std::chrono::milliseconds retry_wait_;  ///< before the next attempt

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<StreamFrame> queue_;
    int dropped_ = 0;  ///< since the last frame that was taken
    bool at_end_ = false;
    std::vector<std::string> messages_;
    std::thread thread_;
};

}  // namespace yolo::sources
