// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "core/files.hpp"
#include "image/codec.hpp"
#include "image/picture_suffixes.hpp"
#include "loopback_server.hpp"
#include "source_support.hpp"
#include "sources/video_frames.hpp"
#include "sources/video_suffixes.hpp"

namespace yolo::sources {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using test::brightness;
using test::message_of;
using test::names;
using test::read_all;
using test::scratch_dir;
using test::write_picture;
using test::write_video;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::unique_ptr<Source> open(const fs::path& path, SourceOptions options = {}) {
    return open_source(path.string(), options);
}

TEST(FileSource, OnePicture) {
    const fs::path path = write_picture(scratch_dir() / "A picture.PNG", 70);
    const auto source = open(path);
    EXPECT_EQ(source->count(), 1);
    EXPECT_FALSE(source->live());
    const auto batches = read_all(*source);
    ASSERT_EQ(batches.size(), 1U);
    const Frame& frame = batches[0].at(0);
    EXPECT_EQ(brightness(frame.image), 70);
    EXPECT_EQ(frame.kind, SourceKind::image);
    EXPECT_EQ(frame.path, path.string());
    EXPECT_EQ(frame.stem, "A picture");
    EXPECT_EQ(frame.label, fmt::format("image 1/1 {}: ", path.string()));
    EXPECT_EQ(frame.frame_number, 0);
    EXPECT_EQ(frame.fps, 0);
}

TEST(FileSource, AFolderGivesSortedPicturesThenVideos) {
    const fs::path folder = scratch_dir();
    write_video(folder / "a", 2);
    for (const char* name : {"b.jpg", "a.png", "c.JPG", "B.bmp", ".hidden.jpg", "sub/deep.jpg"}) {
        write_picture(folder / name, 10);
    }
    write_file(folder / "notes.md", std::string_view("text"));
    const auto source = open(folder);
    EXPECT_EQ(source->count(), 5);
    EXPECT_THAT(names(*source), ElementsAre("B.bmp", "a.png", "b.jpg", "c.JPG", "a.avi", "a.avi"));
    EXPECT_EQ(source->unread().files, 0);
}

TEST(FileSource, SaysInAdvanceWhatItWillGive) {
    const fs::path folder = scratch_dir();
    write_video(folder / "a", 2);
    write_picture(folder / "b c.jpg", 10);
    write_file(folder / "damaged.png", std::string_view("nothing"));
    const auto source = open(folder);
    const auto plan = source->planned();
    ASSERT_EQ(plan.size(), 3U);
    EXPECT_EQ(plan[0].stem, "b c");
    EXPECT_FALSE(plan[0].is_video);
    EXPECT_EQ(plan[1].stem, "damaged");
    EXPECT_EQ(plan[2].path, (folder / "a.avi").string());
    EXPECT_TRUE(plan[2].is_video);
    for (const auto& batch : read_all(*source)) {
        EXPECT_EQ(batch[0].stem, plan[static_cast<std::size_t>(batch[0].source_index)].stem);
    }
    EXPECT_EQ(memory_source({test::grey_frame(1), test::grey_frame(2)})->planned().at(1).stem, "image1");
}

TEST(FileSource, LabelsCountFilesAndFrames) {
    const fs::path folder = scratch_dir();
    write_picture(folder / "x.jpg", 10);
    write_video(folder / "y", 2);
    const auto batches = read_all(*open(folder));
    ASSERT_EQ(batches.size(), 3U);
    EXPECT_EQ(batches[0][0].label, fmt::format("image 1/2 {}: ", (folder / "x.jpg").string()));
    EXPECT_EQ(batches[1][0].label, fmt::format("video 2/2 (frame 1/2) {}: ", (folder / "y.avi").string()));
    EXPECT_EQ(batches[2][0].label, fmt::format("video 2/2 (frame 2/2) {}: ", (folder / "y.avi").string()));
    EXPECT_EQ(batches[2][0].frame_number, 2);
    EXPECT_EQ(batches[2][0].source_index, 1);
    EXPECT_EQ(batches[2][0].kind, SourceKind::video);
}

TEST(FileSource, ABatchNeverSpansTwoVideos) {
    const fs::path folder = scratch_dir();
    for (const char* name : {"1.jpg", "2.jpg", "3.jpg"}) write_picture(folder / name, 10);
    write_video(folder / "v", 3);
    write_video(folder / "w", 3);
    std::vector<std::size_t> sizes;
    for (const auto& batch : read_all(*open(folder, {.batch = 2}))) {
        sizes.push_back(batch.size());
        EXPECT_EQ(batch.front().kind, batch.back().kind);
        if (batch.front().kind == SourceKind::video) {
            EXPECT_EQ(batch.front().path, batch.back().path);
        }
    }
    EXPECT_THAT(sizes, ElementsAre(2, 1, 2, 1, 2, 1));
}

TEST(FileSource, WhatCannotBeReadIsSkippedWithAWarning) {
    const fs::path folder = scratch_dir();
    write_picture(folder / "2.jpg", 20);
    write_picture(folder / "6.png", 60);
    write_file(folder / "1 empty.jpg", std::string_view());
    write_file(folder / "3 text.jpg", std::string_view("not a picture"));
    const std::string whole = read_text(folder / "2.jpg");
    write_file(folder / "4 cut.jpg", std::string_view(whole).substr(0, whole.size() - 40));
    const std::string png = read_text(folder / "6.png");
    write_file(folder / "5 cut.png", std::string_view(png).substr(0, png.size() / 2));
    write_file(folder / "7 gif.jpg", std::string_view("GIF89a then nothing"));
    write_file(folder / "8.mp4", std::string_view("not a video"));
    fs::copy_file(write_video(folder / "8", 2), folder / "8 film.jpg");
    fs::remove(folder / "8.avi");
    fs::create_symlink(folder / "nowhere.jpg", folder / "9 dangling.jpg");
    test::Messages messages;
    const auto source = open(folder, {.batch = 4, .log = messages.sink()});
    EXPECT_THAT(names(*source), ElementsAre("2.jpg", "6.png"));
    EXPECT_EQ(source->unread().files, 8);
    EXPECT_THAT(messages.texts,
                ElementsAre(AllOf(HasSubstr("1 empty.jpg"), HasSubstr("empty"), HasSubstr("skipped")),
                            AllOf(HasSubstr("3 text.jpg"), HasSubstr("it holds text, no picture")),
                            AllOf(HasSubstr("4 cut.jpg"), HasSubstr("truncated")),
                            AllOf(HasSubstr("5 cut.png"), HasSubstr("truncated")),
                            AllOf(HasSubstr("7 gif.jpg"), HasSubstr("GIF")),
                            AllOf(HasSubstr("8 film.jpg"), HasSubstr("it holds a video")),
                            HasSubstr("9 dangling.jpg"),
                            AllOf(HasSubstr("8.mp4"), HasSubstr("it holds text, no video"))));
}

TEST(FileSource, ASinglePictureThatCannotBeReadIsSkippedToo) {
    const fs::path path = scratch_dir() / "bad.jpg";
    write_file(path, std::string_view("\xFF\xD8\xFF nothing"));
    const auto source = open(path);
    EXPECT_THAT(source->next(), IsEmpty());
    EXPECT_EQ(source->unread().files, 1);
}

TEST(FileSource, TheContentDecidesWhatAFileIs) {
    const fs::path folder = scratch_dir();
    write_picture(folder / "x.png", 50);
    fs::rename(folder / "x.png", folder / "really_png.jpg");
    EXPECT_EQ(brightness(open(folder / "really_png.jpg")->next().at(0).image), 50);
    fs::copy(folder / "really_png.jpg", folder / "download");
    EXPECT_EQ(brightness(open(folder / "download")->next().at(0).image), 50);
}

std::string playlist(const std::string& part) {
    return "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.12,\n" + part +
           "\n#EXT-X-ENDLIST\n";
}

TEST(FileSource, AVideoWithoutAContainerIsOneToo) {
    const fs::path folder = scratch_dir();
    std::string jpegs, raw = "YUV4MPEG2 W48 H32 F10:1 Ip A1:1 C420jpeg\n";
    for (int i = 0; i < 5; ++i) {
        jpegs += read_text(write_picture(folder / "x.jpg", 40 * i));
        raw += "FRAME\n" + std::string(48UL * 32, static_cast<char>(40 * i)) + std::string(48UL * 16, '\x80');
    }
    write_file(folder / "film.mjpeg", jpegs);
    write_file(folder / "film", jpegs);
    write_file(folder / "film.y4m", raw);
    for (const char* name : {"film.mjpeg", "film", "film.y4m"}) {
        const auto batches = read_all(*open(folder / name));
        ASSERT_EQ(batches.size(), 5U) << name;
        EXPECT_EQ(batches[3][0].kind, SourceKind::video) << name;
    }
    fs::rename(folder / "x.jpg", folder / "picture");
    EXPECT_EQ(open(folder / "picture")->next().at(0).kind, SourceKind::image);
}

TEST(FileSource, ContentThatIsNoVideoIsRefused) {
    const fs::path folder = scratch_dir();
    std::string log;
    for (int i = 0; i < 200; ++i) log += "\x1B[31merror\x1B[0m \x1B[2Jtext\r\n";
    std::string noise;
    for (unsigned i = 0, state = 1; i < 20'000; ++i)
        noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    write_file(folder / "colours", log);
    write_file(folder / "noise", noise);
    write_file(folder / "drawing.ppm", "P6\n48 32\n255\n" + std::string(48UL * 32 * 3, 'x'));
    for (const char* name : {"colours", "noise", "drawing.ppm"})
        EXPECT_THAT(message_of([&] { open(folder / name); }), HasSubstr("neither a picture nor a video"))
            << name;
}

TEST(FileSource, APlaylistIsReadFromThisMachineOnly) {
    const fs::path folder = scratch_dir();
    const std::string video = read_text(write_video(folder / "part", 3));
    const test::LoopbackServer server({{"/part.avi", video}});
    ASSERT_EQ(read_all(*open_source(server.url("/part.avi"), {})).size(), 3U);
    write_file(folder / "here.m3u8", playlist("part.avi"));
    write_file(folder / "there.m3u8", playlist(server.url("/part.avi")));
    EXPECT_EQ(read_all(*open(folder / "here.m3u8")).size(), 3U);
    EXPECT_THAT(message_of([&] { open(folder / "there.m3u8"); }), HasSubstr("neither a picture nor a video"));
}

TEST(FileSource, SaysWhichVideosOfAFolderItLeavesOut) {
    const fs::path folder = scratch_dir();
    write_video(folder / "a", 2);
    for (const char* name : {"b.mts", "c.FLV", "d.3gp", "e.y4m", "notes.md"}) write_file(folder / name, "x"s);
    for (const fs::path& source : {folder, folder / "*"}) {
        test::Messages messages;
        EXPECT_THAT(names(*open(source, {.log = messages.sink()})), ElementsAre("a.avi", "a.avi"));
        EXPECT_THAT(messages.texts, ElementsAre(AllOf(HasSubstr("4 files are left out"), HasSubstr("b.mts"),
                                                      HasSubstr("c.FLV"), Not(HasSubstr("notes.md")))));
    }
    fs::remove(folder / "a.avi");
    EXPECT_THAT(message_of([&] { open(folder); }), HasSubstr("b.mts' is read when it is named itself"));
}

TEST(FileSource, EverySuffixOfAPictureIsTaken) {
    const fs::path folder = scratch_dir();
    for (const std::string_view suffix : image::picture_suffixes()) {
        const fs::path path = folder / fmt::format("picture.{}", suffix);
        write_picture(folder / "x.jpg", 90);
        fs::rename(folder / "x.jpg", path);
        EXPECT_NEAR(brightness(open(path)->next().at(0).image), 90, 1) << suffix;
    }
    EXPECT_EQ(open(folder)->count(), static_cast<int>(image::picture_suffixes().size()));
}

TEST(FileSource, EverySuffixOfAVideoIsTaken) {
    const fs::path folder = scratch_dir();
    const fs::path video = write_video(folder / "x", 3);
    for (const std::string_view suffix : video_suffixes()) {
        const fs::path path = folder / fmt::format("video.{}", suffix);
        fs::copy_file(video, path, fs::copy_options::overwrite_existing);
        EXPECT_EQ(read_all(*open(path)).size(), 3U) << suffix;
    }
}

TEST(FileSource, SeveralInOneCall) {
    const fs::path folder = scratch_dir();
    const std::string video = write_video(folder / "v", 2), a = write_picture(folder / "a.png", 10);
    fs::create_directories(folder / "more");
    write_picture(folder / "more" / "b.png", 20);
    const auto source = open_source(fmt::format("[{}, '{}', {}]", video, a, (folder / "more").string()), {});
    EXPECT_EQ(source->count(), 3);
    EXPECT_THAT(names(*source), ElementsAre("a.png", "b.png", "v.avi", "v.avi"));
    test::Messages messages;
    const auto with_gap = open_source(a + "," + (folder / "absent.jpg").string(), {.log = messages.sink()});
    EXPECT_THAT(names(*with_gap), ElementsAre("a.png"));
    EXPECT_EQ(with_gap->unread().files, 1);
    EXPECT_THAT(messages.texts, ElementsAre(HasSubstr("absent.jpg")));
    EXPECT_THAT(message_of([] { open_source("[x.jpg, y.jpg]", {}); }), HasSubstr("[x.jpg, y.jpg]"));
}

TEST(FileSource, CancelEndsIt) {
    const fs::path folder = scratch_dir();
    write_picture(folder / "a.png", 10);
    write_video(folder / "v", 5);
    const auto source = open(folder);
    EXPECT_EQ(source->next().size(), 1U);
    EXPECT_EQ(source->next().size(), 1U);
    source->cancel();
    EXPECT_THAT(source->next(), IsEmpty());
    EXPECT_FALSE(source->unread().any());
    bool cancelled = false;
    const auto asking = open(folder, {.cancelled = [&] { return cancelled; }});
    EXPECT_EQ(asking->next().size(), 1U);
    cancelled = true;
    EXPECT_THAT(asking->next(), IsEmpty());
}

TEST(FileSource, WhatDoesNotExistIsAnError) {
    const fs::path folder = scratch_dir();
    EXPECT_THAT(message_of([&] { open(folder / "none.jpg"); }),
                AllOf(HasSubstr("none.jpg"), HasSubstr("source")));
    EXPECT_THAT(message_of([&] { open(folder); }), HasSubstr("no picture or video in the folder"));
    EXPECT_THAT(message_of([&] { open(folder / "*.jpg"); }), HasSubstr("*.jpg"));
    write_file(folder / "notes.md", std::string_view("text"));
    EXPECT_THAT(message_of([&] { open(folder / "notes.md"); }), HasSubstr("notes.md"));
    EXPECT_THROW(open_source("", {}), UsageError);
}

TEST(VideoSource, VidStrideTakesEveryNthFrame) {
    const fs::path video = write_video(scratch_dir() / "ten", 10, 30);
    for (const int stride : {1, 2, 3, 4, 10, 11}) {
        const auto source = open(video, {.vid_stride = stride});
        int number = 0;
        for (auto batch = source->next(); !batch.empty(); batch = source->next()) {
            ++number;
            EXPECT_NEAR(brightness(batch[0].image), 10 * (number * stride - 1), 3);
            EXPECT_THAT(batch[0].label, HasSubstr(fmt::format("(frame {}/{})", number, 10 / stride)));
            EXPECT_DOUBLE_EQ(batch[0].fps, 30.0 / stride);
        }
        EXPECT_EQ(number, 10 / stride);
    }
}

TEST(VideoSource, FramesOwnTheirPixels) {
    const auto batches = read_all(*open(write_video(scratch_dir() / "v", 6), {.batch = 6}));
    ASSERT_EQ(batches.at(0).size(), 6U);
    for (int i = 0; i < 6; ++i)
        EXPECT_NEAR(brightness(batches[0][static_cast<std::size_t>(i)].image), 10 * i, 3);
}

TEST(VideoSource, ACutVideoGivesItsFramesAndAWarning) {
    const fs::path folder = scratch_dir();
    const fs::path video = write_video(folder / "whole", 20);
    fs::copy_file(video, folder / "cut.avi");
    fs::resize_file(folder / "cut.avi", fs::file_size(video) * 6 / 10);
    test::Messages messages;
    const auto source = open(folder / "cut.avi", {.log = messages.sink()});
    const auto read = read_all(*source).size();
    EXPECT_GT(read, 1U);
    EXPECT_LT(read, 17U);
    EXPECT_EQ(source->unread().files, 0);
    EXPECT_EQ(source->unread().cut, 1);
    EXPECT_THAT(messages.texts,
                ElementsAre(AllOf(HasSubstr("cut.avi"), HasSubstr(fmt::format("{} of its 20", read)))));
}

TEST(VideoSource, RealVideosHaveTheFramesTheyPromise) {
    const fs::path folder = test::golden_dir().parent_path() / "data" / "videos";
    YOLO_REQUIRE_FILE(folder);
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (!is_video_path(entry.path())) continue;
        test::Messages messages;
        const auto source = open(entry.path(), {.batch = 8, .vid_stride = 5, .log = messages.sink()});
        const int promised = VideoFrames(open_video(entry.path().string()), 5).count();
        int frames = 0;
        for (auto batch = source->next(); !batch.empty(); batch = source->next()) {
            frames += static_cast<int>(batch.size());
        }
        EXPECT_EQ(frames, promised) << entry.path();
        EXPECT_THAT(messages.texts, IsEmpty());
    }
}

TEST(MemorySource, GivesSoManyPicturesAtATime) {
    const auto source =
        memory_source({test::grey_frame(1), test::grey_frame(2, {5, 6}), test::grey_frame(3)}, 2);
    EXPECT_EQ(source->count(), 3);
    const auto batch = source->next();
    ASSERT_EQ(batch.size(), 2U);
    EXPECT_EQ(batch[1].path, "image1.jpg");
    EXPECT_EQ(batch[1].stem, "image1");
    EXPECT_EQ(batch[1].label, "1: ");
    EXPECT_EQ(batch[1].kind, SourceKind::memory);
    EXPECT_EQ(batch[1].image.size(), cv::Size(6, 5));
    const auto rest = source->next();
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].path, "image2.jpg");
    EXPECT_EQ(rest[0].source_index, 2);
    EXPECT_EQ(source->count(), 3);
    EXPECT_THAT(source->next(), IsEmpty());
}

TEST(MemorySource, EveryLayoutBecomesBgr) {
    const auto pixel = [](const cv::Mat& picture) {
        return memory_source({picture})->next().at(0).image.at<cv::Vec3b>(1, 1);
    };
    EXPECT_EQ(pixel(cv::Mat(3, 3, CV_8UC1, cv::Scalar(7))), cv::Vec3b(7, 7, 7));
    EXPECT_EQ(pixel(cv::Mat(3, 3, CV_8UC2, cv::Scalar(8, 200))), cv::Vec3b(8, 8, 8));
    EXPECT_EQ(pixel(cv::Mat(3, 3, CV_8UC4, cv::Scalar(1, 2, 3, 0))), cv::Vec3b(1, 2, 3));
    EXPECT_EQ(pixel(cv::Mat(3, 3, CV_16UC3, cv::Scalar(0x01FF, 0x0200, 0xFFFF))), cv::Vec3b(1, 2, 255));
    EXPECT_THAT(message_of([] { memory_source({cv::Mat(3, 3, CV_32FC3, cv::Scalar(1))}); }),
                HasSubstr("picture 0"));
    EXPECT_THROW(memory_source({cv::Mat()}), Error);
}

}  // namespace
}  // namespace yolo::sources
