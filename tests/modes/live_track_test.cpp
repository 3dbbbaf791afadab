// SPDX-License-Identifier: Apache-2.0
/// \file `yolo track` on a live stream, from a real server to a video on disk.
#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include <gmock/gmock.h>

#include <yolo/commands.hpp>

#include "core/json.hpp"
#include "live_run.hpp"
#include "sources/url.hpp"
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

/// Two streams in one network, counted and shown on a page.
class RunLiveWithAPage : public ::testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_LIVE_SERVERS();
        folder_ = test::scratch_dir();
        first_.emplace(test::RtspCamera{.width = 320, .height = 240, .fps = 15, .cell = true});
        second_.emplace(test::RtspCamera{.width = 160, .height = 120, .fps = 15, .cell = true});
    }

    static Json state(const std::string& page) {
        const std::vector<std::byte> bytes = sources::fetch_url(page + "state");
        return Json::parse(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }
    /// What has been in a stream's area so far.
    static int visits(const Json& regions) { return regions.at(1).at("visits").get<int>(); }

    fs::path folder_;
    std::optional<test::RtspServer> first_, second_;
};

TEST_F(RunLiveWithAPage, CountsOnEachStreamAreInTheStateAndInFilesAfterCtrlC) {
    test::LiveRun run(test::two_cells(folder_, *first_, *second_));
    const std::string page = run.after("page: ");
    Json streams = Json::array();
    const auto counted = [&] {
        streams = state(page).at("streams");
        return streams.size() == 2 && visits(streams[0].at("regions")) > 0 &&
               visits(streams[1].at("regions")) > 0;
    };
    while (!counted()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(run.end(), 0) << run.error();

    const test::RtspServer* const cameras[] = {&*first_, &*second_};
    const auto counts = Json::parse(read_text(folder_ / "run/counts.json"));
    EXPECT_EQ(counts.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const std::string name = sources::clean_stem(cameras[i]->url());
        EXPECT_EQ(streams[i].at("name"), name);
        EXPECT_EQ(streams[i].at("index"), i);
        EXPECT_EQ(streams[i].at("shape"), i == 0 ? Json({240, 320}) : Json({120, 160}));
        EXPECT_GE(streams[i].at("frame"), 1);
        EXPECT_GT(streams[i].at("latency_ms"), 0);
        EXPECT_GE(streams[i].at("dropped"), 0);
        ASSERT_EQ(counts.at(name).size(), 2U);
        EXPECT_EQ(counts.at(name)[0].at("name"), "edge");
        EXPECT_EQ(counts.at(name)[1].at("name"), "right");
        EXPECT_GE(visits(counts.at(name)), visits(streams[i].at("regions")))
            << "nothing that was shown is lost";
        EXPECT_THAT(run.lines(), Contains(HasSubstr(name + ", edge: ")));
        EXPECT_THAT(read_text(folder_ / "run/counts.csv"), HasSubstr("\n" + name + ",edge,line,all,"));
    }
    EXPECT_THAT(run.lines(), Contains("counts saved to " + (folder_ / "run/counts.json").string()));
}

TEST_F(RunLiveWithAPage, EndsWhileSomebodyLooksAndSaysSo) {
    test::LiveRun run(test::two_cells(folder_, *first_, *second_));
    const std::string page = run.after("page: ");
    const auto picture = sources::open_stream(page + "stream");
    ASSERT_TRUE(picture->grab());
    std::thread looking([&] {
        while (picture->grab()) {
        }
    });
    auto events = std::async(std::launch::async, [&] { return sources::fetch_url(page + "events"); });
    while (state(page).at("streams").size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(run.end(), 0) << run.error();
    looking.join();
    const std::vector<std::byte> told = events.get();
    EXPECT_THAT(std::string(reinterpret_cast<const char*>(told.data()), told.size()),
                HasSubstr("event: end"));
    EXPECT_THAT(run.lines(), Contains("the page " + page + " has ended with the run"));
}

}  // namespace
}  // namespace yolo
