// SPDX-License-Identifier: Apache-2.0
#include "sources/stream_source.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "core/files.hpp"
#include "image/codec.hpp"
#include "loopback_server.hpp"
#include "source_support.hpp"
#include "sources/single_source.hpp"
#include "sources/url.hpp"

namespace yolo::sources {
namespace {

namespace fs = std::filesystem;
using test::brightness;
using test::message_of;
using test::read_all;
using test::write_video;
using testing::HasSubstr;

TEST(StreamSource, AStreamsFileGivesOneFrameOfEachPerBatch) {
    const fs::path folder = test::scratch_dir();
    write_video(folder / "long", 6);
    write_video(folder / "short", 4);
    write_file(folder / "cams.streams", "long.avi\n" + (folder / "short.avi").string() + "\n");
    const auto source = open_source((folder / "cams.streams").string(), {.batch = 7, .stream_buffer = true});
    EXPECT_TRUE(source->live());
    const auto batches = read_all(*source);
    ASSERT_EQ(batches.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
        ASSERT_EQ(batches[i].size(), i < 4 ? 2U : 1U) << i;
        for (const Frame& frame : batches[i]) {
            EXPECT_NEAR(brightness(frame.image), 10.0 * static_cast<double>(i), 3);
            EXPECT_EQ(frame.frame_number, static_cast<int>(i) + 1);
            EXPECT_EQ(frame.kind, SourceKind::stream);
        }
    }
    EXPECT_EQ(batches[0][0].label, "0: ");
    EXPECT_EQ(batches[0][1].label, "1: ");
    EXPECT_EQ(batches[0][1].source_index, 1);
    EXPECT_EQ(batches[0][0].fps, 25);
    EXPECT_THAT(batches[0][0].stem, HasSubstr("_long.avi"));
}

TEST(StreamSource, AStreamsFileMayHaveCommentsAndBeWrittenOnWindows) {
    const fs::path list = test::scratch_dir() / "cams.streams";
    write_file(list,
               std::string_view("\xEF\xBB\xBF# the door\r\nrtsp://a/1 2 # the yard\r\n\r\n  #rtsp://b\r\n"));
    std::vector<std::string> names;
    for (const StreamEntry& entry : listed_streams(list)) names.push_back(entry.name);
    EXPECT_THAT(names, testing::ElementsAre("rtsp://a/1", "2"));
}

TEST(StreamSource, StrideLowersTheSavedRate) {
    const fs::path folder = test::scratch_dir();
    write_video(folder / "v", 8, 15);
    write_file(folder / "one.streams", std::string_view("v.avi"));
    const auto batches =
        read_all(*open_source((folder / "one.streams").string(), {.vid_stride = 3, .stream_buffer = true}));
    ASSERT_EQ(batches.size(), 2U);
    EXPECT_NEAR(brightness(batches[1][0].image), 50, 3);
    EXPECT_EQ(batches[0][0].fps, 5);
    const auto slow =
        open_source((folder / "one.streams").string(), {.vid_stride = 60, .stream_buffer = true});
    EXPECT_TRUE(slow->next().empty());
}

TEST(StreamSource, ARecordingIsPacedWhenOnlyTheNewestFrameIsWanted) {
    const fs::path folder = test::scratch_dir();
    write_video(folder / "v", 6, 25);
    write_file(folder / "one.streams", std::string_view("v.avi"));
    EXPECT_GE(read_all(*open_source((folder / "one.streams").string(), {})).size(), 2U);
}

TEST(StreamSource, WhatCannotBeOpenedIsNamed) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "bad.streams", std::string_view("nowhere.mp4"));
    EXPECT_THAT(message_of([&] { open_source((folder / "bad.streams").string(), {}); }),
                HasSubstr("nowhere.mp4"));
    write_file(folder / "empty.streams", std::string_view(" \n"));
    EXPECT_THAT(message_of([&] { open_source((folder / "empty.streams").string(), {}); }),
                HasSubstr("empty.streams"));
    EXPECT_THAT(message_of([] { open_source("4321", {}); }), HasSubstr("camera 4321"));
    EXPECT_THAT(message_of([] { open_source("tcp://127.0.0.1:9", {}); }), HasSubstr("tcp://127.0.0.1:9"));
}

TEST(UrlSource, HttpVideosPicturesAndStreams) {
    const fs::path folder = test::scratch_dir();
    write_video(folder / "clip", 5);
    test::write_picture(folder / "shot.png", 70);
    const test::LoopbackServer server({{"/a/clip.avi", read_text(folder / "clip.avi")},
                                       {"/shot.png", read_text(folder / "shot.png")},
                                       {"/shot", read_text(folder / "shot.png")}});

    const auto video = open_source(server.url("/a/clip.avi?token=1"), {});
    const auto batches = read_all(*video);
    ASSERT_EQ(batches.size(), 5U);
    EXPECT_EQ(batches[4][0].label, "video 1/1 (frame 5/5) " + server.url("/a/clip.avi?token=1") + ": ");
    EXPECT_EQ(batches[4][0].stem, "clip");
    EXPECT_NEAR(brightness(batches[4][0].image), 40, 3);

    const auto picture = open_source(server.url("/shot.png"), {});
    const auto frames = read_all(*picture);
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0][0].kind, SourceKind::image);
    EXPECT_NEAR(brightness(frames[0][0].image), 70, 1);

    const auto unnamed = read_all(*open_source(server.url("/shot"), {.stream_buffer = true}));
    ASSERT_EQ(unnamed.size(), 1U);
    EXPECT_NEAR(brightness(unnamed[0][0].image), 70, 1);

    EXPECT_THAT(message_of([&] { open_source(server.url("/missing.png"), {}); }),
                testing::AllOf(HasSubstr("/missing.png"), HasSubstr("404")));

    write_file(folder / "list.txt", "clip.avi\n" + server.url("/shot.png") + "\n" +
                                        server.url("/missing.png") + "\n" + server.url("/a/clip.avi") + "\n");
    const auto list = open_source((folder / "list.txt").string(), {});
    EXPECT_THAT(test::names(*list),
                testing::ElementsAre("shot.png", "clip.avi", "clip.avi", "clip.avi", "clip.avi", "clip.avi",
                                     "clip.avi", "clip.avi", "clip.avi", "clip.avi", "clip.avi"));
    EXPECT_EQ(list->unread().files, 1);
}

TEST(StandardInput, IsWaitedForUntilTheCallerEndsIt) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    int asked = 0;
    EXPECT_THROW(descriptor_source(pipe[0], [&] { return ++asked > 2; }), Cancelled);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST(StandardInput, IsOneEncodedPicture) {
    const fs::path path = test::write_picture(test::scratch_dir() / "in.png", 33);
    const int file = ::open(path.c_str(), O_RDONLY);
    const auto batch = descriptor_source(file)->next();
    EXPECT_THAT(message_of([&] { descriptor_source(file); }),
                testing::AllOf(HasSubstr("standard input"), HasSubstr("empty")));
    ::close(file);
    ASSERT_EQ(batch.size(), 1U);
    EXPECT_EQ(brightness(batch[0].image), 33);
    EXPECT_EQ(batch[0].path, "image0.jpg");
    EXPECT_THAT(message_of([&] { descriptor_source(file); }), HasSubstr("Bad file descriptor"));
}

TEST(Screen, NeedsADisplayAndAnAreaOnIt) {
    EXPECT_THROW(open_source("screen 1 2", {}), UsageError);
    EXPECT_THROW(open_source("screen left", {}), UsageError);
    if (std::getenv("DISPLAY") == nullptr) {
        EXPECT_THAT(message_of([] { open_source("screen", {}); }), HasSubstr("screen"));
        return;
    }
    const auto source = open_source("screen 0 10 20 64 48", {});
    const Frame frame = source->next().at(0);
    EXPECT_EQ(frame.image.size(), cv::Size(64, 48));
    EXPECT_EQ(frame.label, "screen 0 (LTWH): 10,20,64,48: ");
    EXPECT_EQ(source->next().at(0).frame_number, 2);
    EXPECT_THAT(message_of([] { open_source("screen 0 0 0 100000 10", {}); }),
                HasSubstr("not on the screen"));
    EXPECT_THAT(message_of([] { open_source("screen 99", {}); }), HasSubstr("screen of that number"));
}

TEST(Url, Parts) {
    for (const char* text : {"rtsp://cam", "RTMP://x/y", "tcp://1.2.3.4:5", "udp://@:5", "rtsps://c",
                             "http://a", "https://a/b.mp4"}) {
        EXPECT_TRUE(is_url(text)) << text;
    }
    for (const char* text : {"rtsp:/x", "file:///x.jpg", "a/b.jpg", "", "://"})
        EXPECT_FALSE(is_url(text)) << text;
    EXPECT_EQ(url_path("https://h.org/a/b.mp4?x=c.jpg#d.png"), "/a/b.mp4");
    EXPECT_EQ(url_path("https://h.org"), "");
    EXPECT_EQ(camera_number("0"), 0);
    EXPECT_EQ(camera_number("12"), 12);
    EXPECT_EQ(camera_number("/dev/video3"), 3);
    EXPECT_EQ(camera_number("/dev/video"), -1);
    EXPECT_EQ(camera_number("/dev/video0/x"), -1);
    EXPECT_EQ(camera_number("1a"), -1);
    EXPECT_EQ(camera_number(""), -1);
    EXPECT_EQ(camera_number("-1"), -1);
    EXPECT_EQ(clean_stem("rtsp://u:p@h/x.1"), "rtsp___u_p_h_x.1");
}

TEST(Url, PasswordsAreNotShown) {
    for (const auto& [text, shown] : std::map<std::string, std::string>{
             {"rtsp://u:secret@h:554/x.1", "rtsp://u:***@h:554/x.1"},
             {"rtsp://u:s/e@c#r?et@h/x", "rtsp://u:***@h/x"},  // not encoded
             {"http://:secret@h", "http://:***@h"},
             {"rtsp://u:1234@h", "rtsp://u:***@h"},
             {"[rtsp://u:secret@a,rtsp://v:sec,ret@b/1]", "[rtsp://u:***@a,rtsp://v:***@b/1]"},
             {"see rtsp://u:secret@a and more@b", "see rtsp://u:***@a and more@b"},
             {"rtps://u:secret@h", "rtps://u:***@h"},
             {"rtsp://h/user=admin&password=secret&channel=1", "rtsp://h/user=admin&password=***&channel=1"},
             {"http://h/video?Pwd=secret", "http://h/video?Pwd=***"},
             {"http://h:80/a@b.jpg", "http://h:80/a@b.jpg"},
             {"rtsp://h:554/bypass=1?channel=2", "rtsp://h:554/bypass=1?channel=2"},
             {"rtsp://u@h/x", "rtsp://u@h/x"},
             {"a.mp4", "a.mp4"},
             {"://", "://"}})
        EXPECT_EQ(without_passwords(text), shown) << text;
}

}  // namespace
}  // namespace yolo::sources
