// SPDX-License-Identifier: Apache-2.0
/// \file Live sources against real servers on the loopback interface: GStreamer's RTSP server and ffmpeg.
#include <deque>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "container_writer.hpp"
#include "core/files.hpp"
#include "loopback_server.hpp"
#include "source_support.hpp"
#include "support/live/server_process.hpp"

namespace yolo::sources {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::brightness;
using test::message_of;
using test::RtspServer;
using test::ServerProcess;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Live : public ::testing::Test {
  protected:
    void SetUp() override { YOLO_REQUIRE_LIVE_SERVERS(); }
};

/// Two cameras read as one source, and what comes of each.
class TwoCameras {
  public:
    TwoCameras(const std::string& first, const std::string& second)
        : source_(open_source(fmt::format("[{},{}]", first, second), {.log = messages_.sink()})) {}

    /// Reads until `enough` says so; each frame is looked at.
    void read_until(const std::function<bool()>& enough) {
        while (!enough()) {
            const std::vector<Frame> batch = source_->next();
            ASSERT_FALSE(batch.empty()) << "a live source ends only when it is told to";
            for (const Frame& frame : batch) look_at(frame);
        }
    }
    /// Frames of that camera so far.
    int seen(int camera) const { return seen_[static_cast<std::size_t>(camera)]; }
    cv::Size size(int camera) const { return last_[static_cast<std::size_t>(camera)].size(); }
    std::string messages() const { return fmt::format("{}", fmt::join(messages_.texts, "\n")); }
    std::size_t message_count() const { return messages_.texts.size(); }

  private:
    void look_at(const Frame& frame) {
        const auto camera = static_cast<std::size_t>(frame.source_index);
        EXPECT_GT(brightness(frame.image), 60) << "noise, and never a black frame";
        EXPECT_GT(frame.received, received_[camera]);
        cv::Mat& last = last_[camera];
        if (last.size() == frame.image.size()) {
            EXPECT_GT(cv::norm(last, frame.image, cv::NORM_INF), 0) << "the same frame twice";
        }
        last = frame.image.clone();
        received_[camera] = frame.received;
        EXPECT_EQ(frame.frame_number, ++seen_[camera]);
    }

    test::Messages messages_;
    std::unique_ptr<Source> source_;
    std::array<int, 2> seen_{};
    std::array<cv::Mat, 2> last_{};
    std::array<std::chrono::steady_clock::time_point, 2> received_{};
};

TEST_F(Live, ACameraThatDiesComesBackInAnotherSizeAndTheOtherGoesOn) {
    std::optional<RtspServer> dying(std::in_place);
    const RtspServer other;
    const int port = dying->port();
    TwoCameras cameras(dying->url(), other.url());
    cameras.read_until([&] { return cameras.seen(0) >= 3 && cameras.seen(1) >= 3; });
    EXPECT_EQ(cameras.messages(), "");

    dying.reset();
    cameras.read_until([&] { return cameras.message_count() > 0; });
    const int before = cameras.seen(0), others = cameras.seen(1);
    cameras.read_until([&] { return cameras.seen(1) >= others + 10; });
    EXPECT_EQ(cameras.seen(0), before);

    dying.emplace(test::RtspCamera{.width = 160, .height = 128, .port = port});
    cameras.read_until([&] { return cameras.seen(0) > before; });
    EXPECT_EQ(cameras.size(0), cv::Size(160, 128));
    EXPECT_EQ(cameras.message_count(), 2U) << cameras.messages();
    EXPECT_THAT(cameras.messages(), AllOf(HasSubstr("does not answer"), HasSubstr("answers again")));
}

TEST_F(Live, ACameraThatStallsGivesNothingAndTheOtherGoesOn) {
    const RtspServer stalling, other;
    TwoCameras cameras(other.url(), stalling.url());
    cameras.read_until([&] { return cameras.seen(0) >= 3 && cameras.seen(1) >= 3; });
    stalling.process().suspend();
    for (int last = -1; last != cameras.seen(1);) {  // what is on its way still comes
        last = cameras.seen(1);
        const int others = cameras.seen(0);
        cameras.read_until([&] { return cameras.seen(0) >= others + 10; });
    }
    const int before = cameras.seen(1);
    stalling.process().resume();
    cameras.read_until([&] { return cameras.seen(1) >= before + 3; });
    EXPECT_EQ(cameras.messages(), "") << "it was quiet for less than 5 s";
}

TEST_F(Live, EndsWhileACameraStalls) {
    const RtspServer server;
    {
        const auto source = open_source(server.url(), {});
        ASSERT_EQ(source->next().size(), 1U);
        server.process().suspend();
        for (int i = 0; i < 3; ++i) {
            std::thread ending([&] { source->cancel(); });
            while (!source->next().empty()) {
            }
            ending.join();
        }
    }
    int asked = 0;
    EXPECT_THROW(open_source(server.url(), {.cancelled = [&] { return ++asked > 3; }}), Cancelled);
}

TEST_F(Live, AWrongPasswordIsSaidAndNotShown) {
    const RtspServer server({.user = "admin", .password = "right"});
    EXPECT_EQ(open_source(server.url("admin:right"), {})->next().at(0).path, server.url("admin:***"));
    EXPECT_THAT(message_of([&] { open_source(server.url("admin:s3cret"), {}); }),
                AllOf(HasSubstr("does not accept the user name and password"), HasSubstr("admin:***@"),
                      Not(HasSubstr("s3cret"))));
    EXPECT_THAT(message_of([&] { open_source(server.url(), {}); }), HasSubstr("user name and password"));
    EXPECT_THAT(message_of([&] {
                    open_source(fmt::format("rtsp://admin:s3cret@127.0.0.1:{}/cam", test::free_port()), {});
                }),
                AllOf(HasSubstr("Connection refused"), Not(HasSubstr("s3cret"))));
}

/// ffmpeg as a server of `form`, in real time.
std::vector<std::string> ffmpeg_server(const std::string& input, std::vector<std::string> form) {
    std::vector<std::string> command{"ffmpeg", "-loglevel", "quiet", "-re", "-f", "lavfi", "-i", input};
    command.insert(command.end(), form.begin(), form.end());
    return command;
}

const std::string test_picture = "testsrc=size=320x240:rate=15";

/// Its first frames. Tries again while the server is not yet there.
std::vector<Frame> first_frames(const std::string& url, const ServerProcess&) {
    std::unique_ptr<Source> source;
    for (std::string reason; !source;) {
        reason = message_of([&] { source = open_source(url, {}); });
        if (!source && reason.find("Connection refused") == std::string::npos) throw Error(reason);
        if (!source) std::this_thread::sleep_for(20ms);
    }
    std::vector<Frame> frames;
    while (frames.size() < 3) {
        for (Frame& frame : source->next()) frames.push_back(std::move(frame));
    }
    return frames;
}

TEST_F(Live, RtmpUdpAndHttpMjpeg) {
    const int port = test::free_port();
    const std::string rtmp = fmt::format("rtmp://127.0.0.1:{}/live/cam", port);
    const std::string udp = fmt::format("udp://127.0.0.1:{}", port);
    const std::string http = fmt::format("http://127.0.0.1:{}/cam", port);
    for (const auto& [url, form] : std::map<std::string, std::vector<std::string>>{
             {rtmp, {"-c:v", "flv", "-g", "5", "-f", "flv", "-listen", "1", rtmp}},
             {udp, {"-c:v", "mpeg2video", "-g", "5", "-f", "mpegts", udp}},
             {http, {"-c:v", "mjpeg", "-f", "mpjpeg", "-listen", "1", http}}}) {
        const std::vector<Frame> frames = first_frames(url, ServerProcess(ffmpeg_server(test_picture, form)));
        EXPECT_EQ(frames.at(2).image.size(), cv::Size(320, 240)) << url;
        EXPECT_EQ(frames.at(2).kind, SourceKind::stream);
        EXPECT_GT(brightness(frames.at(2).image), 60) << url;
    }
}

TEST_F(Live, WhatCannotBeShownIsSaid) {
    const std::string http = fmt::format("http://127.0.0.1:{}/cam", test::free_port());
    EXPECT_THAT(message_of([&] {
                    first_frames(http, ServerProcess(ffmpeg_server(
                                           "sine", {"-c:a", "mp2", "-f", "mpegts", "-listen", "1", http})));
                }),
                HasSubstr("holds no moving pictures"));
    const fs::path path = test::scratch_dir() / "codec.mov";
    test::write_mov(path, std::vector<std::string>(6, "x"), {32, 48}, {.codec = "XYZ1"});
    const test::LoopbackServer server({{"/cam", read_text(path)}});
    EXPECT_THAT(message_of([&] { open_source(server.url("/cam"), {}); }), HasSubstr("coded as 'XYZ1'"));
}

}  // namespace
}  // namespace yolo::sources
