// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include <opencv2/core/mat.hpp>

#include "core/json.hpp"
#include "serve/feed.hpp"

namespace yolo::serve {

/// Holds the newest frame of each stream, and nothing else: whoever is slow misses frames. What a reader
/// needs (text, JPEG) is made on the reader's thread, when there is a reader.
class Board final : public Feed {
  public:
    /// What stands at the top of the state: {"mode": "track", ...}.
    explicit Board(Json head);

    // For the one who fills it.

    /// Whether somebody looks at the pictures of a stream.
    bool watched(int stream) const;
    /// A frame: what is known of it (called once at most, from any thread, also later), and its picture, of
    /// its own memory, or an empty one where nobody looks.
    void publish(int stream, std::function<Json()> describe, cv::Mat picture);
    /// There will be no more: what is published after it is not taken.
    void end();

    // For readers.

    std::string state() override;
    News wait_state(std::int64_t& version, std::chrono::milliseconds patience) override;
    void watch(int stream) override;
    void unwatch(int stream) override;
    bool may_show(int stream) const override;
    News wait_picture(int stream, std::int64_t& version, Jpeg& jpeg,
                      std::chrono::milliseconds patience) override;

  private:
    /// Of one frame; filled by its first reader.
    struct Shown {
        std::mutex mutex;
        std::function<Json()> describe;
        Json description;
        cv::Mat picture;
        Jpeg jpeg;
    };
    struct Stream {
        std::shared_ptr<Shown> newest;
        std::chrono::steady_clock::time_point published;
        std::int64_t version = 0;
    };

    static Json describe(Shown& shown);
    static Jpeg encode(Shown& shown);

    const Json head_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<int, Stream> streams_;
    std::map<int, int> watchers_;
    std::int64_t version_ = 0;
    bool ended_ = false;
};

}  // namespace yolo::serve
