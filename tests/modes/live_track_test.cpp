// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track` on a live stream, from a real server to a video on disk.
#include <atomic>

#include <gmock/gmock.h>

#include <yolo/commands.hpp>

#include "sources/video_frames.hpp"
#include "support/live/server_process.hpp"
#include "support/tiny_detector.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class RunLive : public ::testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_LIVE_SERVERS();
        folder_ = test::scratch_dir();
        config_.set_mode(Mode::track);
        set("model", test::write_tiny_detector(folder_).string());
        set("save_dir", (folder_ / "run").string());
        set("tracker", "bytetrack.yaml");
        config_.set("imgsz", Value{std::int64_t{64}});
        config_.set("save", Value{true});
    }

    void set(const char* key, const std::string& value) { config_.set(key, Value{value}); }

    /// Ctrl-C after so many frames; `then` is called before.
    void run_until(int frames, const std::function<void()>& then = {}) {
        std::atomic<bool> ended{false};
        int seen = 0;
        const auto log = [&](LogLevel, std::string_view text) {
            lines_.emplace_back(text);
            if (!text.starts_with("0: ") || ++seen != frames) return;
            if (then) then();
            ended = true;
        };
        EXPECT_EQ(run_track(config_, {.log = log, .cancelled = [&] { return ended.load(); }}), 0);
    }

    fs::path video() const {
        for (const auto& entry : fs::directory_iterator(folder_ / "run"))
            if (entry.path().extension() == ".avi") return entry.path();
        return {};
    }

    fs::path folder_;
    Config config_;
    std::vector<std::string> lines_;
};

TEST_F(RunLive, EndsWithAVideoThatPlaysAndAClosingLineForTheStream) {
    const test::RtspServer server({.user = "admin", .password = "s3cret"});
    set("source", server.url("admin:s3cret"));
    run_until(5);
    sources::VideoFrames frames(sources::open_video(video().string()), 1);
    int count = 0;
    while (!frames.next().empty()) ++count;
    EXPECT_EQ(count, 5);
    EXPECT_THAT(lines_, Contains(AllOf(HasSubstr("Stream 0 (" + server.url("admin:***") + "): 5 frames, "),
                                       HasSubstr("dropped"), HasSubstr("p50"), HasSubstr("p95"))));
    EXPECT_THAT(lines_, Each(Not(HasSubstr("s3cret"))));
    EXPECT_THAT(video().string(), Not(HasSubstr("s3cret")));
}

TEST_F(RunLive, EndsWhileTheCameraIsSilent) {
    const test::RtspServer server;
    set("source", server.url());
    run_until(2, [&] { server.process().suspend(); });
    EXPECT_FALSE(sources::VideoFrames(sources::open_video(video().string()), 1).next().empty());
}

}  // namespace
}  // namespace yolo
