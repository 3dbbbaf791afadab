// SPDX-License-Identifier: Apache-2.0
#include "sources/video.hpp"

#include <fstream>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <opencv2/videoio.hpp>

#include "container_writer.hpp"
#include "core/files.hpp"
#include "core/mapped_file.hpp"
#include "loopback_server.hpp"
#include "source_support.hpp"
#include "sources/matroska.hpp"
#include "sources/video_suffixes.hpp"

namespace yolo::sources {
namespace {

namespace fs = std::filesystem;
using test::jpegs;
using test::message_of;
using test::read_all;
using test::scratch_dir;
using test::write_mkv;
using test::write_mov;
using test::write_webp;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const cv::Size frame_size(64, 48);

/// Red and green above, blue and white below.
cv::Mat four_corners() {
    cv::Mat picture(frame_size, CV_8UC3, cv::Scalar::all(255));
    picture(cv::Rect(0, 0, 32, 24)).setTo(cv::Scalar(0, 0, 255));
    picture(cv::Rect(32, 0, 32, 24)).setTo(cv::Scalar(0, 255, 0));
    picture(cv::Rect(0, 24, 32, 24)).setTo(cv::Scalar(255, 0, 0));
    return picture;
}

/// The first letters of the corners' colours: upper left, upper right, lower left, lower right.
std::string corners(const cv::Mat& picture) {
    std::string text;
    for (const cv::Point at :
         {cv::Point(2, 2), cv::Point(picture.cols - 3, 2), cv::Point(2, picture.rows - 3),
          cv::Point(picture.cols - 3, picture.rows - 3)}) {
        const auto pixel = picture.at<cv::Vec3b>(at);
        const bool blue = pixel[0] > 128, green = pixel[1] > 128, red = pixel[2] > 128;
        text += blue && green && red ? 'W' : red ? 'R' : green ? 'G' : blue ? 'B' : '?';
    }
    return text;
}

struct Turn {
    const char* name;
    std::array<int, 4> matrix;
    const char* seen;
};

constexpr std::array turns{
    Turn{"as it is", {1, 0, 0, 1}, "RGBW"},
    Turn{"90 clockwise", {0, 1, -1, 0}, "BRWG"},
    Turn{"180", {-1, 0, 0, -1}, "WBGR"},
    Turn{"270 clockwise", {0, -1, 1, 0}, "GWRB"},
    Turn{"mirrored left to right", {-1, 0, 0, 1}, "GRWB"},
    Turn{"mirrored upside down", {1, 0, 0, -1}, "BWRG"},
    Turn{"mirrored, 90", {0, 1, 1, 0}, "RBGW"},
    Turn{"mirrored, 270", {0, -1, -1, 0}, "WGBR"},
};

/// What a reader of the file shows, and that what it says of the size is true.
std::string seen(const fs::path& path) {
    const auto reader = open_video(path.string());
    if (!reader->grab()) return "nothing";
    const cv::Mat frame = reader->retrieve();
    EXPECT_EQ(reader->info().size, (Size{frame.rows, frame.cols})) << path;
    return corners(frame);
}

TEST(Upright, MovAndMp4InAllEightWays) {
    const fs::path folder = scratch_dir();
    const auto frames = jpegs({four_corners()});
    for (const Turn& turn : turns) {
        for (const bool index_first : {false, true}) {
            const std::array<int, 4> matrix = turn.matrix;
            write_mov(folder / "a.mov", frames, frame_size, {.matrix = matrix, .index_first = index_first});
            EXPECT_EQ(seen(folder / "a.mov"), turn.seen) << turn.name;
            write_mov(folder / "a.mp4", frames, frame_size,
                      {.matrix = matrix, .index_first = index_first, .long_sizes = true, .brand = "isom"});
            EXPECT_EQ(seen(folder / "a.mp4"), turn.seen) << turn.name;
        }
    }
}

TEST(Upright, MkvByItsProjection) {
    const fs::path path = scratch_dir() / "a.mkv";
    const auto frames = jpegs({four_corners()});
    struct Case {
        test::MkvOptions options;
        const char* seen;
    };
    for (const Case& one :
         {Case{{}, "RGBW"}, Case{{.roll = -90.0F}, "BRWG"}, Case{{.roll = 180.0F}, "WBGR"},
          Case{{.roll = -180.0F}, "WBGR"}, Case{{.roll = 90.0F}, "GWRB"}, Case{{.yaw = 180.0F}, "GRWB"},
          Case{{.roll = 180.0F, .yaw = 180.0F}, "BWRG"}, Case{{.roll = 90.0F, .yaw = 180.0F}, "RBGW"},
          Case{{.roll = -90.0F, .yaw = 180.0F}, "WGBR"},
          Case{{.yaw = 45.0F}, "RGBW"},  // seen from the side: not a flat picture
          Case{{.rotate_tag = "90"}, "BRWG"}, Case{{.rotate_tag = "270"}, "GWRB"}}) {
        write_mkv(path, frames, frame_size, one.options);
        EXPECT_EQ(seen(path), one.seen) << one.options.roll.value_or(0) << ' ' << one.options.yaw.value_or(0);
    }
}

TEST(Upright, AFrameMayBeTurnedByItsOwnExifBlock) {
    const fs::path path = scratch_dir() / "a.mov";
    std::string frame = jpegs({four_corners()}).front();
    const std::string exif("Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 32);
    frame.insert(2, std::string("\xFF\xE1\0\x22", 4) + exif);
    write_mov(path, {frame}, frame_size);
    const auto reader = open_video(path.string());
    ASSERT_TRUE(reader->grab());
    EXPECT_EQ(corners(reader->retrieve()), "BRWG");
}

TEST(Matroska, DamagedFilesSayNothing) {
    const fs::path path = scratch_dir() / "a.mkv";
    write_mkv(path, jpegs({four_corners()}), frame_size, {.roll = 90.0F});
    const std::string whole = read_text(path);
    const auto orientation = [](std::string_view text) {
        return matroska_orientation(std::as_bytes(std::span(text.data(), text.size())));
    };
    EXPECT_EQ(orientation(whole), turned_orientation(false, -90));
    for (std::size_t size = 0; size < 200; ++size) orientation(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(orientation("").has_value());
    EXPECT_FALSE(orientation("RIFF....AVI ").has_value());
}

/// Frames that are hard to convert: odd sizes, chroma of sharp edges.
cv::Mat patterned(cv::Size size, int shift) {
    cv::Mat picture(size, CV_8UC3);
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x)
            picture.at<cv::Vec3b>(y, x) = {static_cast<unsigned char>(5 * x + shift),
                                           static_cast<unsigned char>(7 * y),
                                           static_cast<unsigned char>((x / 3 + y / 5) % 2 * 255)};
    }
    return picture;
}

void expect_pixels_of_opencv(const fs::path& path) {
    const auto reader = open_video(path.string());
    cv::VideoCapture oracle(path.string(), cv::CAP_FFMPEG);
    oracle.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);
    cv::Mat expected;
    int frames = 0;
    for (; frames < 40 && reader->grab(); ++frames) {
        ASSERT_TRUE(oracle.read(expected)) << path;
        const cv::Mat frame = reader->retrieve();
        ASSERT_EQ(frame.size(), expected.size()) << path;
        ASSERT_TRUE(frame.isContinuous());
        ASSERT_EQ(cv::norm(frame, expected, cv::NORM_INF), 0)
            << path << " frame " << frames << ' ' << frame.size();
    }
    EXPECT_GT(frames, 0) << path;
}

TEST(FfmpegReader, PixelsAreThoseOfOpenCv) {
    const fs::path folder = scratch_dir();
    for (const cv::Size size : {cv::Size(64, 48), cv::Size(65, 49), cv::Size(33, 32), cv::Size(32, 33),
                                cv::Size(2, 2), cv::Size(3, 1), cv::Size(160, 17), cv::Size(640, 11)}) {
        write_mov(folder / "a.mov", jpegs({patterned(size, 0), patterned(size, 60)}), size);
        expect_pixels_of_opencv(folder / "a.mov");
    }
    const fs::path real = test::golden_dir().parent_path() / "data" / "videos";
    YOLO_REQUIRE_FILE(real);
    for (const auto& entry : fs::directory_iterator(real)) {
        if (is_video_path(entry.path())) expect_pixels_of_opencv(entry.path());
    }
}

std::unique_ptr<Source> source_of(const fs::path& path, SourceOptions options = {}) {
    return open_source(path.string(), options);
}

std::vector<int> frame_numbers(Source& source) {
    std::vector<int> numbers;
    for (const auto& batch : read_all(source)) {
        for (const Frame& frame : batch) numbers.push_back(frame.frame_number);
    }
    return numbers;
}

std::vector<std::string> six_frames() {
    std::vector<cv::Mat> frames;
    for (int i = 0; i < 6; ++i) frames.push_back(patterned(frame_size, 40 * i));
    return jpegs(frames);
}

TEST(DamagedVideo, GoesOnAfterADamagedFrame) {
    const fs::path path = scratch_dir() / "a.mov";
    auto frames = six_frames();
    frames[2].resize(200);                       // its tables are missing
    frames[4].resize(frames[4].size() * 2 / 3);  // its lower part is missing
    write_mov(path, frames, frame_size);
    test::Messages messages;
    const auto source = source_of(path, {.log = messages.sink()});
    EXPECT_THAT(frame_numbers(*source), ElementsAre(1, 2, 4, 6));
    EXPECT_EQ(source->unread().frames, 2);
    EXPECT_EQ(source->unread().files, 0);
    EXPECT_EQ(source->unread().cut, 0);
    EXPECT_THAT(messages.texts, ElementsAre(AllOf(HasSubstr("2 of the 6 frames"), HasSubstr("a.mov"),
                                                  HasSubstr("are damaged (skipped)"))));
}

TEST(DamagedVideo, AtItsStartAndEndToo) {
    const fs::path path = scratch_dir() / "a.mov";
    auto frames = six_frames();
    frames.front() = std::string(100, 'x');
    frames.back() = std::string(100, '\0');
    write_mov(path, frames, frame_size);
    const auto source = source_of(path, {.batch = 4});
    EXPECT_THAT(frame_numbers(*source), ElementsAre(2, 3, 4, 5));
    EXPECT_EQ(source->unread().frames, 2);
    EXPECT_THAT(frame_numbers(*source_of(path, {.vid_stride = 2})), ElementsAre(1, 2));
}

TEST(DamagedVideo, WithoutAnyGoodFrameIsSkipped) {
    const fs::path path = scratch_dir() / "a.mov";
    write_mov(path, std::vector<std::string>(6, "garbage"), frame_size);
    test::Messages messages;
    const auto source = source_of(path, {.log = messages.sink()});
    EXPECT_THAT(frame_numbers(*source), IsEmpty());
    EXPECT_EQ(source->unread().files, 1);
    EXPECT_EQ(source->unread().frames, 0);
    EXPECT_THAT(messages.texts, ElementsAre(HasSubstr("no frame of it can be decoded")));
}

TEST(DamagedVideo, CutOffItGivesWhatIsThere) {
    const fs::path path = scratch_dir() / "a.mov";
    const auto frames = six_frames();
    write_mov(path, frames, frame_size, {.index_first = true});
    fs::resize_file(path, fs::file_size(path) - frames[5].size());  // exactly one frame
    test::Messages messages;
    const auto source = source_of(path, {.log = messages.sink()});
    EXPECT_THAT(frame_numbers(*source), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(source->unread().cut, 1);
    EXPECT_EQ(source->unread().frames, 0);
    EXPECT_THAT(messages.texts, ElementsAre(AllOf(HasSubstr("cut off"), HasSubstr("5 of its 6 frames"))));
    fs::resize_file(path, fs::file_size(path) - frames[4].size() / 2);  // within a frame
    messages.texts.clear();
    const auto within = source_of(path, {.log = messages.sink()});
    EXPECT_THAT(frame_numbers(*within), ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(within->unread().frames, 0);
    EXPECT_THAT(messages.texts, ElementsAre(AllOf(HasSubstr("cut off"), HasSubstr("4 of its 6 frames"))));
}

TEST(DamagedVideo, AStrideBeyondItsEndIsSaid) {
    const fs::path path = scratch_dir() / "a.mov";
    write_mov(path, six_frames(), frame_size);
    test::Messages messages;
    const auto source = source_of(path, {.vid_stride = 7, .log = messages.sink()});
    EXPECT_THAT(frame_numbers(*source), IsEmpty());
    EXPECT_THAT(messages.texts, ElementsAre(AllOf(HasSubstr("only 6 frames"), HasSubstr("vid_stride=7"))));
}

TEST(VideoThatDoesNotOpen, SaysWhy) {
    const fs::path folder = scratch_dir();
    const auto reason = [&](const char* name) {
        return message_of([&] { open_video((folder / name).string()); });
    };
    write_mov(folder / "whole.mov", six_frames(), frame_size);
    const std::string whole = read_text(folder / "whole.mov");
    write_file(folder / "cut.mov", std::string_view(whole).substr(0, whole.size() / 2));
    EXPECT_THAT(reason("cut.mov"), HasSubstr("cut off: the index at its end is missing"));
    write_file(folder / "empty.mp4", std::string_view());
    EXPECT_THAT(reason("empty.mp4"), HasSubstr("it is empty"));
    write_file(folder / "page.mp4", std::string_view("<!DOCTYPE html><html></html>"));
    EXPECT_THAT(reason("page.mp4"), HasSubstr("it holds a web page, no video"));
    write_file(folder / "noise.mp4", std::string_view("\1\2\3\4\5\6\7\x08\x91\xA0"));
    EXPECT_THAT(reason("noise.mp4"), HasSubstr("damaged, or of an unknown format"));
    write_mov(folder / "codec.mov", six_frames(), frame_size, {.codec = "XYZ1"});
    EXPECT_THAT(reason("codec.mov"), HasSubstr("coded as 'XYZ1'"));
    EXPECT_THAT(reason("absent.mp4"), HasSubstr("absent.mp4"));
}

TEST(VideoName, AnySignMayBeInIt) {
    const fs::path folder = scratch_dir();
    for (const char* name : {"a:b.mov", "50%d.mov", "a?b#c.mov", "concat:x.mov", " ä.mov"}) {
        write_mov(folder / name, six_frames(), frame_size);
        EXPECT_EQ(frame_numbers(*source_of(folder / name)).size(), 6U) << name;
    }
}

TEST(AnimatedWebp, GivesItsFramesAsAVideo) {
    const fs::path folder = scratch_dir();
    write_webp(folder / "a.webp", {test::grey_frame(10), test::grey_frame(120), test::grey_frame(230)});
    test::write_picture(folder / "b.webp", 60);
    const auto source = source_of(folder);
    ASSERT_EQ(source->planned().size(), 2U);
    EXPECT_EQ(source->planned()[0].stem, "b");
    EXPECT_TRUE(source->planned()[1].is_video);
    const auto batches = read_all(*source);
    ASSERT_EQ(batches.size(), 4U);
    EXPECT_EQ(batches[0][0].kind, SourceKind::image);
    for (int i = 0; i < 3; ++i) {
        const Frame& frame = batches[static_cast<std::size_t>(i) + 1][0];
        EXPECT_EQ(frame.kind, SourceKind::video);
        EXPECT_NEAR(test::brightness(frame.image), 10 + 110 * i, 2);
        EXPECT_EQ(frame.fps, 10);
    }
    fs::rename(folder / "a.webp", folder / "download");
    EXPECT_EQ(read_all(*source_of(folder / "download")).size(), 3U);
    const std::string whole = read_text(folder / "download");
    write_file(folder / "cut.webp", std::string_view(whole).substr(0, whole.size() / 2));
    test::Messages messages;
    EXPECT_THAT(read_all(*source_of(folder / "cut.webp", {.log = messages.sink()})), IsEmpty());
    EXPECT_THAT(messages.texts, ElementsAre(HasSubstr("cut.webp")));
}

TEST(Interrupt, EndsTheOpeningOfAStreamThatDoesNotAnswer) {
    const test::LoopbackServer silent(test::LoopbackServer::Silent{""});
    for (const char* scheme : {"http", "tcp", "rtsp"}) {
        const std::string url = silent.url("/x", scheme);
        int asked = 0;
        EXPECT_THROW(open_video(url, [&] { return ++asked > 2; }), Cancelled) << url;
        EXPECT_GT(asked, 2);
    }
    EXPECT_THROW(fetch_url(silent.url("/x.jpg"), [] { return true; }), Cancelled);
    EXPECT_THROW(open_source(silent.url("/live"), {.cancelled = [] { return true; }}), Cancelled);
    EXPECT_THROW(open_source(silent.url("/x.jpg"), {.cancelled = [] { return true; }}), Cancelled);
}

TEST(Interrupt, EndsTheReadingOfAStreamThatStalls) {
    const fs::path folder = scratch_dir();
    const std::string video = read_text(test::write_video(folder / "a", 40));
    const test::LoopbackServer stalling(
        test::LoopbackServer::Silent{"HTTP/1.0 200 OK\r\n\r\n" + video.substr(0, video.size() / 2)});
    for (const bool stream : {true, false}) {
        const auto source = open_source(stalling.url(stream ? "/live" : "/a.avi"), {.stream_buffer = true});
        EXPECT_EQ(source->next().size(), 1U);
        std::thread canceller([&] { source->cancel(); });
        while (!source->next().empty()) {
        }
        canceller.join();
        EXPECT_TRUE(source->next().empty());
        EXPECT_FALSE(source->unread().any());
    }
}

}  // namespace
}  // namespace yolo::sources
