// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track` on live streams, ended as Ctrl-C does.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <yolo/commands.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"
#include "support/live/server_process.hpp"

namespace yolo::test {

/// On a thread of its own until end().
class LiveRun {
  public:
    explicit LiveRun(Config config)
        : config_(std::move(config)), thread_([this] {
              run();
              const std::lock_guard lock(mutex_);
              done_ = true;
              news_.notify_all();
          }) {}
    ~LiveRun() {
        if (thread_.joinable()) end();
    }
    LiveRun(const LiveRun&) = delete;
    LiveRun& operator=(const LiveRun&) = delete;

    /// What follows `beginning` in the first line that begins with it; waits for one. Throws when the run
    /// ends without.
    std::string after(const std::string& beginning) {
        std::unique_lock lock(mutex_);
        for (;;) {
            const auto found = std::ranges::find_if(
                lines_, [&](const std::string& line) { return line.starts_with(beginning); });
            if (found != lines_.end()) return found->substr(beginning.size());
            if (done_) throw std::runtime_error("the run has ended without '" + beginning + "': " + error_);
            news_.wait(lock);
        }
    }
    /// Ctrl-C. The exit code, or -1 for an error.
    int end() {
        ended_ = true;
        thread_.join();
        return code_;
    }
    /// After the end.
    const std::vector<std::string>& lines() const { return lines_; }
    const std::string& error() const { return error_; }

  private:
    void run() {
        const auto log = [this](LogLevel, std::string_view text) {
            const std::lock_guard lock(mutex_);
            lines_.emplace_back(text);
            news_.notify_all();
        };
        try {
            code_ = run_track(config_, {.log = log, .cancelled = [this] { return ended_.load(); }});
        } catch (const std::exception& error) {
            error_ = error.what();
        }
    }

    const Config config_;
    std::atomic<bool> ended_ = false;
    std::mutex mutex_;
    std::condition_variable news_;
    std::vector<std::string> lines_;
    bool done_ = false;
    int code_ = -1;
    std::string error_;
    std::thread thread_;  // begins when all else is there
};

/// Track on two cameras that show a blood cell, with a line across which it goes to and fro, an area in which
/// it turns, and a page. On a busy machine few frames are left of it: a box need hardly overlap the one
/// before.
inline Config two_cells(const std::filesystem::path& folder, const RtspServer& first,
                        const RtspServer& second) {
    write_file(folder / "two.streams", fmt::format("{}\n{}\n", first.url(), second.url()));
    write_file(folder / "regions.yaml",
               std::string_view("regions:\n"
                                "  - {name: edge, points: [[0.7, 0], [0.7, 1]]}\n"
                                "  - {name: right, points: [[0.6, 0], [1, 0], [1, 1.0], [0.6, 1]]}\n"));
    write_file(folder / "easy.yaml",
               std::string_view("tracker_type: bytetrack\nmatch_thresh: 0.98\nfuse_score: False\n"));
    Config config;
    config.set_mode(Mode::track);
    const auto set = [&](const char* key, const std::string& value) { config.set(key, Value{value}); };
    set("model", (source_dir() / "models/starter/detect.pt").string());
    set("source", (folder / "two.streams").string());
    set("region", (folder / "regions.yaml").string());
    set("tracker", (folder / "easy.yaml").string());
    set("save_dir", (folder / "run").string());
    set("serve", "0");
    config.set("imgsz", Value{std::int64_t{224}});
    config.set("save", Value{false});
    return config;
}

}  // namespace yolo::test
