// SPDX-License-Identifier: Apache-2.0
#include "sources/video_writer.hpp"

#include <span>

#include <gmock/gmock.h>

#include "core/files.hpp"
#include "image/jpeg_codec.hpp"
#include "source_support.hpp"
#include "sources/video_frames.hpp"

namespace yolo::sources {
namespace {

using test::brightness;
using test::grey_frame;

TEST(VideoWriter, WritesWhatTheReaderReads) {
    const auto folder = test::scratch_dir();
    auto writer = create_video(folder / "clip.1", 25, {48, 64});
    EXPECT_EQ(writer->path(), folder / "clip.1.avi");
    for (int i = 0; i < 12; ++i) writer->write(grey_frame(20 * i, {48, 64}));
    EXPECT_EQ(writer->frames(), 12);
    writer->close();

    VideoFrames frames(open_video((folder / "clip.1.avi").string()), 1);
    EXPECT_EQ(frames.count(), 12);
    EXPECT_DOUBLE_EQ(frames.fps(), 25);
    for (int i = 0; i < 12; ++i) {
        const cv::Mat frame = frames.next();
        ASSERT_EQ(frame.size(), cv::Size(64, 48));
        EXPECT_NEAR(brightness(frame), 20 * i, 3) << i;
    }
    EXPECT_TRUE(frames.next().empty());
    EXPECT_FALSE(frames.ended_early());
}

TEST(VideoWriter, KeepsTheRate) {
    const auto folder = test::scratch_dir();
    for (const double fps : {1.0, 10.0, 23.976, 29.97, 30000.0 / 1001, 12.5, 59.94, 120.0}) {
        auto writer = create_video(folder / "rate", fps, {16, 16});
        writer->write(grey_frame(9, {16, 16}));
        writer->write(grey_frame(9, {16, 16}));
        writer->close();
        EXPECT_NEAR(open_video((folder / "rate.avi").string())->info().fps, fps, 0.001);
    }
}

/// Writes black frames that were taken at these seconds; gives the rate of the file.
double rate_of(const std::vector<double>& seconds, double fps = 30, double longest_pause = 1e9) {
    const auto path = test::scratch_dir() / "times.avi";
    VideoWriter writer(path, fps, {16, 16}, longest_pause);
    for (const double at : seconds) writer.write(grey_frame(0, {16, 16}), 3600 + at);
    writer.close();
    return open_video(path.string())->info().fps;
}

TEST(VideoWriter, PlaysAsLongAsItsFramesTook) {
    std::vector<double> seconds;
    for (int i = 0; i <= 45; ++i) seconds.push_back(i / 15.0);
    EXPECT_NEAR(rate_of(seconds), 15, 0.01);
    for (double& later : std::span(seconds).subspan(20)) later += 3600;  // a camera that was away
    EXPECT_NEAR(rate_of(seconds, 30, 1), 45 / (44 / 15.0 + 1), 0.01);
    EXPECT_NEAR(rate_of(seconds), 45 / 3603.0, 1e-4);      // a slow film
    EXPECT_NEAR(rate_of({0, 0, 0.001, 0.002}), 30, 0.01);  // too few to tell
    EXPECT_NEAR(rate_of({0}), 30, 0.01);
}

TEST(VideoWriter, ARateThatIsTrueStaysExactly) {
    for (const double fps : {25.0, 30000.0 / 1001}) {
        std::vector<double> seconds;
        for (int i = 0; i < 100; ++i) seconds.push_back(std::round(1000 * i / fps) / 1000);  // as Matroska's
        EXPECT_DOUBLE_EQ(rate_of(seconds, fps), fps);
        seconds.erase(seconds.begin() + 50);  // a damaged frame
        EXPECT_DOUBLE_EQ(rate_of(seconds, fps), fps);
    }
}

TEST(VideoWriter, AFrameOfAnotherSizeIsResized) {
    const auto folder = test::scratch_dir();
    auto writer = create_video(folder / "sizes", 10, {32, 32});
    writer->write(grey_frame(200, {32, 32}));
    writer->write(grey_frame(100, {64, 48}));
    writer->close();
    VideoFrames frames(open_video((folder / "sizes.avi").string()), 1);
    frames.next();
    EXPECT_NEAR(brightness(frames.next()), 100, 3);
}

TEST(VideoWriter, AnUnclosedFileStillPlays) {
    const auto folder = test::scratch_dir();
    auto writer = create_video(folder / "open", 10, {32, 32});
    for (int i = 0; i < 5; ++i) writer->write(grey_frame(40 * i, {32, 32}));
    std::filesystem::copy_file(writer->path(), folder / "crashed.avi");
    const auto reader = open_video((folder / "crashed.avi").string());
    int frames = 0;
    while (reader->grab()) ++frames;
    EXPECT_EQ(frames, 5);
}

TEST(VideoWriter, SaysThatItCannotWrite) {
    EXPECT_THAT(
        test::message_of([] {
            create_video("/proc/nowhere/x", 10, {8, 8});
        }),
        testing::AllOf(testing::HasSubstr("/proc/nowhere/x.avi"), testing::HasSubstr("No such file")));
    // A device that is always full.
    EXPECT_THAT(test::message_of([] {
                    VideoWriter writer("/dev/full", 10, {8, 8});
                    writer.write(grey_frame(1, {8, 8}));
                }),
                testing::HasSubstr("No space left"));
}

/// Small segments stand for the gigabytes after which a new one is begun.
TEST(AviFile, SeveralSegmentsPlayAsOne) {
    const auto path = test::scratch_dir() / "long.avi";
    AviFile file(path, 30, {32, 48}, 6000);
    std::vector<std::byte> jpeg;
    for (int i = 0; i < 60; ++i) {
        image::encode_jpeg(grey_frame(4 * i, {32, 48}), {}, jpeg);
        file.add_frame(jpeg);
    }
    file.close();
    const std::string bytes = read_text(path);
    int segments = 0;
    for (auto at = bytes.find("AVIX"); at != std::string::npos; at = bytes.find("AVIX", at + 1)) ++segments;
    ASSERT_GE(segments, 2);

    VideoFrames frames(open_video(path.string()), 1);
    for (int i = 0; i < 60; ++i) {
        const cv::Mat frame = frames.next();
        ASSERT_FALSE(frame.empty()) << i;
        EXPECT_NEAR(brightness(frame), 4 * i, 3);
    }
    EXPECT_TRUE(frames.next().empty());
    EXPECT_EQ(frames.count(), 60);
}

}  // namespace
}  // namespace yolo::sources
