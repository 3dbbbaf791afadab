// SPDX-License-Identifier: Apache-2.0
/// \file How long videos are, and when their frames are shown.
#include <gmock/gmock.h>

#include "container_writer.hpp"
#include "core/files.hpp"
#include "source_support.hpp"
#include "sources/container_end.hpp"
#include "sources/stream_source.hpp"
#include "sources/video.hpp"

namespace yolo::sources {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using test::scratch_dir;
using test::write_mkv;
using test::write_mov;
using testing::AllOf;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointwise;

const cv::Size small_size(48, 32);

std::vector<std::string> grey_jpegs(int count) {
    std::vector<cv::Mat> frames;
    for (int i = 0; i < count; ++i) frames.push_back(test::grey_frame(20 * i));
    return test::jpegs(frames);
}

/// All frames of a source, one after the other.
std::vector<Frame> frames_of(const fs::path& path, SourceOptions options = {}) {
    std::vector<Frame> frames;
    const auto source = open_source(path.string(), options);
    for (auto& batch : test::read_all(*source)) {
        for (Frame& frame : batch) frames.push_back(std::move(frame));
    }
    return frames;
}

std::vector<double> seconds_of(const std::vector<Frame>& frames) {
    std::vector<double> seconds;
    for (const Frame& frame : frames) seconds.push_back(frame.seconds);
    return seconds;
}

TEST(VideoTime, IsThatOfTheFilesStamps) {
    const fs::path folder = scratch_dir();
    const std::vector<double> slow = {0, 0.1, 2.1, 2.2, 4.2, 4.3};
    write_mov(folder / "a.mov", grey_jpegs(6), small_size, {.lengths_ms = {100, 2000, 100, 2000, 100, 100}});
    write_mkv(folder / "a.mkv", grey_jpegs(6), small_size, {.times_ms = {500, 600, 2600, 2700, 4700, 4800}});
    for (const char* name : {"a.mov", "a.mkv"}) {
        EXPECT_THAT(seconds_of(frames_of(folder / name)), Pointwise(DoubleNear(1e-6), slow)) << name;
        EXPECT_THAT(seconds_of(frames_of(folder / name, {.vid_stride = 2})),
                    Pointwise(DoubleNear(1e-6), {0.1, 2.2, 4.3}))
            << name;
    }
    EXPECT_NEAR(frames_of(folder / "a.mov").at(0).fps, 6 / 4.4, 0.001) << "the mean";
    EXPECT_NEAR(frames_of(folder / "a.mkv").at(0).fps, 10, 0.001) << "as it says";
}

TEST(VideoTime, OfAnAnimatedWebp) {
    const fs::path path = scratch_dir() / "a.webp";
    test::write_webp(path, {test::grey_frame(10), test::grey_frame(120), test::grey_frame(230)},
                     {100, 1500, 400});
    const auto frames = frames_of(path);
    EXPECT_THAT(seconds_of(frames), Pointwise(DoubleNear(1e-6), {0.0, 0.1, 1.6}));
    EXPECT_NEAR(frames.at(0).fps, 1.5, 1e-6);
}

TEST(VideoTime, OfARecordingAmongStreams) {
    const fs::path folder = scratch_dir();
    write_mkv(folder / "a.mkv", grey_jpegs(4), small_size, {.times_ms = {0, 100, 1100, 1200}});
    const auto source =
        stream_source({stream_entry((folder / "a.mkv").string(), {})}, {.stream_buffer = true});
    std::vector<double> seconds;
    for (const auto& batch : test::read_all(*source)) seconds.push_back(batch.at(0).seconds);
    EXPECT_THAT(seconds, Pointwise(DoubleNear(1e-6), {0.0, 0.1, 1.1, 1.2}));
}

TEST(VideoLength, AFileAmongStreamsEndsAlsoWhenItDoesNotSayWhen) {
    const fs::path path = scratch_dir() / "a.mjpeg";
    std::string bytes;
    for (const std::string& frame : grey_jpegs(4)) bytes += frame;
    write_file(path, bytes);
    const auto source = stream_source({stream_entry(path.string(), {})}, {.stream_buffer = true});
    EXPECT_EQ(test::read_all(*source).size(), 4U);
}

TEST(VideoLength, ThatNobodyCountedIsNoPromise) {
    const fs::path folder = scratch_dir();
    struct Case {
        test::MkvOptions options;
        const char* first_label;
    };
    for (const Case& one :
         {Case{{}, "(frame 1/~6)"}, Case{{.seconds = 10.0F}, "(frame 1/~100)"},
          Case{{.times_ms = {20000, 20100, 20200, 20300, 20400, 20500}, .seconds = 20.6F}, "(frame 1/~6)"}}) {
        write_mkv(folder / "a.mkv", grey_jpegs(6), small_size, one.options);
        test::Messages messages;
        const auto source = open_source((folder / "a.mkv").string(), {.log = messages.sink()});
        const auto batches = test::read_all(*source);
        ASSERT_EQ(batches.size(), 6U);
        EXPECT_THAT(batches[0][0].label, HasSubstr(one.first_label));
        EXPECT_FALSE(source->unread().any());
        EXPECT_THAT(messages.texts, IsEmpty());
    }
}

TEST(VideoLength, MatroskaKnowsItsEnd) {
    const fs::path path = scratch_dir() / "a.mkv";
    const auto frames = grey_jpegs(6);
    write_mkv(path, frames, small_size);
    fs::resize_file(path, fs::file_size(path) - frames[5].size() - frames[4].size() / 2);
    test::Messages messages;
    const auto source = open_source(path.string(), {.log = messages.sink()});
    EXPECT_EQ(test::read_all(*source).size(), 4U);
    EXPECT_EQ(source->unread().cut, 1);
    EXPECT_EQ(source->unread().frames, 0);
    EXPECT_THAT(messages.texts,
                ElementsAre(AllOf(HasSubstr("a.mkv"), HasSubstr("is cut off: 4 frames could be read"))));
}

TEST(VideoLength, EachContainerThatSaysItIsAsked) {
    const auto cut = [](const std::string& file) {
        return reaches_behind_end(std::as_bytes(std::span(file.data(), file.size())));
    };
    const std::string type = "\0\0\0\x10"s + "ftypisom\0\0\0\0"s, frames(100, 'x');
    EXPECT_FALSE(cut(type + "\0\0\0\x6Cmdat"s + frames));
    EXPECT_TRUE(cut(type + "\0\0\0\x6Dmdat"s + frames));
    EXPECT_FALSE(cut(type + "\0\0\0\0mdat"s + frames)) << "to the end";
    EXPECT_TRUE(cut(type + "\0\0\0\x01mdat\0\0\0\0\0\0\0\xFF"s + frames));
    EXPECT_FALSE(cut(type + "\0\0\0\xFFSEFH"s + frames)) << "what a telephone appends";
    const auto asf = [&](char size, char flags) {
        std::string object = "\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65"s;
        object.resize(104, '\0');
        object[40] = size;
        object[88] = flags;
        return "\x30\x26\xB2\x75"s + std::string(26, '\0') + object;  // 134 bytes
    };
    EXPECT_FALSE(cut(asf(100, 2)));
    EXPECT_TRUE(cut(asf('\x87', 2)));
    EXPECT_FALSE(cut(asf('\x87', 3))) << "a broadcast does not know it";
    for (std::size_t size = 0; size < 134; ++size) cut(asf('\x87', 2).substr(0, size));
    EXPECT_FALSE(cut(""));
    EXPECT_FALSE(cut("RIFF....AVI "));
}

}  // namespace
}  // namespace yolo::sources
