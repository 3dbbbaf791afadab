// SPDX-License-Identifier: Apache-2.0
/// \file What works on several threads, whole and with pictures that are soon computed: also under
/// ThreadSanitizer (preset tsan), hence with the engine of plain loops, whose every access it sees.
#include <thread>

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/fake_dataset.hpp"
#include "evaluation/label_finder.hpp"
#include "image/codec.hpp"
#include "inference/network.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/tracking_stage.hpp"
#include "sources/stream_source.hpp"
#include "support/tiny_detector.hpp"

namespace yolo::modes {
namespace {

namespace fs = std::filesystem;

constexpr const char* plain_engine = "reference";
constexpr int picture_side = 64;

std::shared_ptr<inference::Session> tiny_session(const fs::path& folder) {
    return std::make_shared<inference::Session>(checkpoint::load(test::write_tiny_detector(folder).string()));
}

/// Pictures of different sizes; the `damaged` ones are none.
fs::path write_pictures(const fs::path& folder, int count, const std::vector<int>& damaged) {
    fs::create_directories(folder);
    std::mt19937 random(3);
    for (int i = 0; i < count; ++i) {
        const fs::path path = folder / fmt::format("{}.png", i);
        image::write_image(path, test::random_picture(40 + 8 * i, 64, random));
    }
    for (const int i : damaged) write_file(folder / fmt::format("{}.png", i), std::string_view("no picture"));
    return folder;
}

PredictOptions options_of(const inference::Session& session, int threads, int batch = 1) {
    PredictOptions options;
    options.imgsz = Size{picture_side, picture_side};
    options.conf = 1e-5F;  // untrained
    options.max_det = 5;
    options.threads = threads;
    options.batch = batch;
    return inference::checked_options(options, session.info(), {});
}

/// Frames of a video, or of a camera, without a file.
class MadeFrames final : public sources::Source {
  public:
    MadeFrames(sources::SourceKind kind, int count, int throws_at = -1)
        : kind_(kind), count_(count), throws_at_(throws_at) {}

    std::vector<sources::Frame> next() override {
        if (number_ == throws_at_) throw Error("the disk is gone");
        if (number_ == count_) return {};
        sources::Frame frame;
        frame.image = cv::Mat(picture_side, picture_side, CV_8UC3, cv::Scalar(10 * number_, 100, 200));
        frame.kind = kind_;
        frame.frame_number = ++number_;
        return {frame};
    }
    bool live() const override { return kind_ == sources::SourceKind::stream; }

  private:
    const sources::SourceKind kind_;
    const int count_, throws_at_;
    int number_ = 0;
};

TEST(PipelineThreads, CanBeAskedHowFarItIsWhileItRuns) {
    const fs::path folder = test::scratch_dir();
    const auto session = tiny_session(folder);
    for (const auto kind :
         {sources::SourceKind::image, sources::SourceKind::video, sources::SourceKind::stream}) {
        inference::Pipeline pipeline(session, std::make_unique<MadeFrames>(kind, 6), options_of(*session, 3),
                                     plain_engine);
        int seen = 0;
        for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next()) {
            seen += static_cast<int>(batch.size());
            EXPECT_EQ(batch[0].frame.frame_number, seen);
            EXPECT_GE(pipeline.times().pictures, seen);
            EXPECT_EQ(pipeline.last_input(), (Shape{1, 3, picture_side, picture_side}));
            EXPECT_GE(pipeline.times().decode, 0);
        }
        EXPECT_EQ(seen, 6);
    }
}

TEST(PipelineThreads, EndsAtOnceInTheMiddleOfAFolderWithADamagedPicture) {
    const fs::path folder = test::scratch_dir();
    const auto session = tiny_session(folder);
    write_pictures(folder / "in", 5, {2});
    for (const int read : {0, 1, 5}) {
        const PredictOptions options = options_of(*session, 2);
        inference::Pipeline pipeline(session, sources::open_source((folder / "in").string(), {.batch = 2}),
                                     options, plain_engine);
        for (int i = 0; i < read; ++i) pipeline.next();
        EXPECT_LE(pipeline.source().unread().files, 1);
        EXPECT_EQ(pipeline.source().count(), 5);
    }
}

TEST(PipelineThreads, AnErrorEndsEveryThread) {
    const auto session = tiny_session(test::scratch_dir());
    for (const auto kind : {sources::SourceKind::image, sources::SourceKind::video}) {
        inference::Pipeline pipeline(session, std::make_unique<MadeFrames>(kind, 6, 3),
                                     options_of(*session, 3), plain_engine);
        const auto read_all = [&] {
            while (!pipeline.next().empty()) {
            }
        };
        EXPECT_THROW(read_all(), Error);
    }
}

TEST(PipelineThreads, SeveralShareASession) {
    const auto session = tiny_session(test::scratch_dir());
    std::vector<std::size_t> found(2);
    std::vector<std::thread> threads;
    for (std::size_t& boxes : found) {
        threads.emplace_back([&] {
            inference::Pipeline pipeline(session, std::make_unique<MadeFrames>(sources::SourceKind::video, 4),
                                         options_of(*session, 2), plain_engine);
            for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next())
                boxes += batch[0].result.boxes.size();
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(found[0], found[1]);
    EXPECT_GT(found[0], 0U);
}

/// A camera whose pictures wander, and that breaks every few frames.
class ShakyCamera final : public sources::VideoReader {
  public:
    explicit ShakyCamera(int seed) : picture_(2 * picture_side, 2 * picture_side, CV_8UC3), seed_(seed) {
        cv::RNG(static_cast<std::uint64_t>(seed)).fill(picture_, cv::RNG::UNIFORM, 0, 255);
    }
    sources::VideoInfo info() const override { return {.frames = 0, .fps = 500, .size = {64, 64}}; }
    bool grab() override { return ++frame_ % (5 + seed_) != 0; }
    cv::Mat retrieve() override {
        return picture_(cv::Rect(frame_ % 9, frame_ % 7, picture_side, picture_side)).clone();
    }

  private:
    cv::Mat picture_;
    const int seed_;
    int frame_ = 0;
};

TEST(PipelineThreads, TrackersOnTwoStreamsAreEndedInTheMiddle) {
    const fs::path folder = test::scratch_dir();
    const auto session = tiny_session(folder);
    const auto camera = [](int seed) {
        return sources::StreamEntry{fmt::format("cam{}", seed), [seed](const sources::Interrupt&) {
                                        return std::make_unique<ShakyCamera>(seed);
                                    }};
    };
    for (const char* tracker : {"bytetrack", "botsort", "tracktrack"}) {
        std::atomic<bool> ended{false};
        std::atomic<int> warnings{0};
        const LogSink log = [&](LogLevel, std::string_view) { ++warnings; };
        PredictOptions options = options_of(*session, 2);
        const auto trackers =
            std::make_shared<inference::StreamTrackers>(TrackerOptions{.type = tracker}, false);
        inference::Pipeline pipeline(
            session,
            sources::stream_source({camera(1), camera(2)},
                                   {.log = log, .cancelled = [&] { return ended.load(); }}),
            options, plain_engine,
            inference::tracking_stages(trackers, *session, options, plain_engine, log));
        std::thread user;
        for (int i = 0; !pipeline.next().empty(); ++i) {
            if (i == 8) user = std::thread([&] { ended = true; });
        }
        user.join();
        EXPECT_EQ(pipeline.streams().size(), 2U) << tracker;
        EXPECT_GT(warnings, 0);
    }
}

/// `yolo predict` and what it writes and logs. Whoever gave the log hears from one thread at a time, also of
/// pictures that are found damaged while others are reported.
TEST(PipelineThreads, AWholePredictionWithFilesAndDamagedPictures) {
    const fs::path folder = test::scratch_dir();
    Config config;
    config.set("model", Value{test::write_tiny_detector(folder).string()});
    config.set("source", Value{write_pictures(folder / "in", 6, {0, 4}).string()});
    config.set("project", Value{(folder / "runs").string()});
    config.set("engine", Value{std::string(plain_engine)});
    config.set("imgsz", Value{std::int64_t{picture_side}});
    config.set("conf", Value{1e-5});
    config.set("max_det", Value{std::int64_t{3}});
    config.set("threads", Value{std::int64_t{2}});
    for (const char* key : {"save_txt", "save_crop", "save_json"}) config.set(key, Value{true});
    CommandContext context;
    int lines = 0;
    context.log = [&](LogLevel, std::string_view) { ++lines; };
    EXPECT_EQ(run_predict(config, context), 2);
    EXPECT_GT(lines, 4);
    for (const char* name : {"1", "2", "3", "5"})
        EXPECT_TRUE(fs::exists(folder / "runs/predict/labels" / fmt::format("{}.txt", name))) << name;
}

evaluation::ValidatorOptions threaded_options() {
    evaluation::ValidatorOptions options;
    options.loader = {.training = false, .imgsz = picture_side, .batch = 2, .rect = true};
    options.loader.workers = 2;
    options.threads = 3;
    options.confusion = true;
    return options;
}

TEST(ValidatorThreads, ANetworkThatIsRunByAllThreadsAndByOne) {
    const auto session = tiny_session(test::scratch_dir());
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 4);  // empties that folder
    engines::Engine& network = session->engine({.engine = plain_engine});
    evaluation::Validator validator(session->info(), dataset, threaded_options());
    evaluation::ValidatorHooks hooks;
    std::size_t told = 0;
    hooks.progress = [&](std::size_t done, std::size_t) { told = done; };
    hooks.prepare = [&](Size size) { network.report(size.height, size.width); };
    const evaluation::ValResult together =
        validator.run_concurrently(inference::engine_network(network, session->info(), false), hooks);
    EXPECT_EQ(told, 4U);
    const evaluation::ValResult alone =
        validator.run(inference::engine_network(network, session->info(), false), hooks);
    EXPECT_EQ(together.metrics, alone.metrics);
    EXPECT_EQ(alone.pictures, 4U);
}

TEST(ValidatorThreads, EndsInTheMiddle) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 9);
    evaluation::Validator validator(test::model_info(), dataset, threaded_options());
    evaluation::ValidatorHooks hooks;
    int asked = 0;
    hooks.cancelled = [&] { return ++asked > 2; };
    EXPECT_TRUE(validator.run_concurrently(test::label_finder(), hooks).cancelled);
    const inference::RunNetwork broken = [](const data::Batch& batch, int first,
                                            int count) -> inference::NetworkOutput {
        if (batch.number == 1) throw Error("out of order");
        return test::find_labels(batch, first, count, 0);
    };
    EXPECT_THROW(validator.run_concurrently(broken), Error);
}

}  // namespace
}  // namespace yolo::modes
