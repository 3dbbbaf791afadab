// SPDX-License-Identifier: Apache-2.0
#include "inference/pipeline.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "inference/options.hpp"

namespace yolo::inference {
namespace {

/// Frames of a given kind whose top left pixel is their number; may throw instead of delivering one of them.
class NumberedSource : public sources::Source {
  public:
    NumberedSource(sources::SourceKind kind, int count, int throws_at = -1)
        : kind_(kind), count_(count), throws_at_(throws_at) {}

    std::vector<sources::Frame> next() override {
        if (number_ == throws_at_) throw Error("the disk is gone");
        if (number_ == count_) return {};
        sources::Frame frame;
        frame.image = cv::Mat(48, 64, CV_8UC3, cv::Scalar(number_, 100, 200));
        frame.kind = kind_;
        frame.frame_number = ++number_;
        return {frame};
    }

  private:
    const sources::SourceKind kind_;
    const int count_, throws_at_;
    int number_ = 0;
};

std::shared_ptr<Session> small_model() {
    static const auto session = std::make_shared<Session>(checkpoint::load("yolov8n-cls.yaml"));
    return session;
}

PredictOptions small(int threads) {
    PredictOptions options;
    options.imgsz = Size{64, 64};
    options.threads = threads;
    return checked_options(options, small_model()->info(), {});
}

std::vector<int> numbers(Pipeline& pipeline) {
    std::vector<int> result;
    for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next()) {
        for (const Prediction& prediction : batch) result.push_back(prediction.frame.frame_number);
    }
    return result;
}

TEST(Pipeline, KeepsTheOrderWithSeveralWorkers) {
    std::vector<int> expected(60);
    std::iota(expected.begin(), expected.end(), 1);
    for (const auto kind : {sources::SourceKind::image, sources::SourceKind::video}) {
        Pipeline pipeline(small_model(), std::make_unique<NumberedSource>(kind, 60), small(3));
        EXPECT_EQ(numbers(pipeline), expected);
        EXPECT_EQ(pipeline.times().pictures, 60);
        EXPECT_EQ(pipeline.last_input(), (Shape{1, 3, 64, 64}));
    }
}

TEST(Pipeline, VideoAndPictureWorkersGiveTheSameResult) {
    Pipeline pictures(small_model(), std::make_unique<NumberedSource>(sources::SourceKind::image, 3),
                      small(2));
    Pipeline video(small_model(), std::make_unique<NumberedSource>(sources::SourceKind::video, 3), small(2));
    for (int i = 0; i < 3; ++i) {
        const Result a = pictures.next().at(0).result, b = video.next().at(0).result;
        ASSERT_EQ(a.probs.size(), b.probs.size());
        for (std::size_t k = 0; k < a.probs.size(); ++k) EXPECT_NEAR(a.probs[k], b.probs[k], 1e-6);
    }
}

TEST(Pipeline, EndsInTheMiddle) {
    for (const int read : {0, 1, 5}) {
        Pipeline pipeline(small_model(), std::make_unique<NumberedSource>(sources::SourceKind::video, 1000),
                          small(2));
        for (int i = 0; i < read; ++i) EXPECT_EQ(pipeline.next().at(0).frame.frame_number, i + 1);
    }
}

/// A stream that hangs until it is cancelled.
class HangingSource final : public sources::Source {
  public:
    std::vector<sources::Frame> next() override {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return cancelled_; });
        return {};
    }
    void cancel() override {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
        wake_.notify_all();
    }
    bool live() const override { return true; }

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool cancelled_ = false;
};

TEST(Pipeline, EndsWhileItsSourceHangs) {
    const Pipeline pipeline(small_model(), std::make_unique<HangingSource>(), small(1));
}

/// A stream that has a frame whenever it is asked.
class ReadyStream final : public sources::Source {
  public:
    /// `taken`: how often the pipeline has been asked for a batch.
    ReadyStream(int count, const std::atomic<int>& taken) : count_(count), taken_(taken) {}

    std::vector<sources::Frame> next() override {
        EXPECT_LE(number_, taken_) << "the batch before this one waits";
        if (number_ == count_) return {};
        sources::Frame frame;
        frame.image = cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(number_));
        frame.kind = sources::SourceKind::stream;
        frame.path = "cam";
        frame.source_index = number_ % 2;
        frame.frame_number = ++number_;
        frame.received = std::chrono::steady_clock::now() - std::chrono::hours(1);
        frame.dropped = 3;
        return {frame};
    }
    bool live() const override { return true; }

  private:
    const int count_;
    const std::atomic<int>& taken_;
    int number_ = 0;
};

TEST(Pipeline, ReadsNothingOfALiveStreamAhead) {
    std::atomic<int> taken{0};
    Pipeline pipeline(small_model(), std::make_unique<ReadyStream>(9, taken), small(2));
    while (pipeline.times().pictures == 0) std::this_thread::yield();
    for (int i = 0; i <= 9; ++i) {
        ++taken;
        EXPECT_EQ(pipeline.next().size(), i < 9 ? 1U : 0U);
    }
}

TEST(Pipeline, MeasuresLiveStreamsFromTheFrameToItsResult) {
    const std::atomic<int> taken{100};
    Pipeline pipeline(small_model(), std::make_unique<ReadyStream>(9, taken), small(1));
    constexpr double hour = 3'600'000;
    for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next())
        EXPECT_GT(batch[0].result.speed.latency, hour);
    ASSERT_EQ(pipeline.streams().size(), 2U);
    EXPECT_EQ(pipeline.streams().at(0).frames, 5);
    EXPECT_EQ(pipeline.streams().at(1).dropped, 12);
    EXPECT_EQ(pipeline.streams().at(1).name, "cam");
    EXPECT_NEAR(pipeline.streams().at(0).latency.at(0.5), hour, 0.1 * hour);

    Pipeline film(small_model(), std::make_unique<NumberedSource>(sources::SourceKind::video, 3), small(1));
    EXPECT_EQ(film.next().at(0).result.speed.latency, 0);
    EXPECT_TRUE(film.streams().empty());
}

/// Two cameras in turn, whose frames come half a second apart.
class TwoCameras final : public sources::Source {
  public:
    std::vector<sources::Frame> next() override {
        if (number_ == 4) return {};
        sources::Frame frame;
        frame.image = cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(100));
        frame.kind = sources::SourceKind::stream;
        frame.source_index = number_ % 2;
        frame.frame_number = 1 + number_ / 2;
        frame.received = begin_ + std::chrono::milliseconds(500 * number_++);
        return {frame};
    }
    bool live() const override { return true; }

  private:
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    int number_ = 0;
};

TEST(Pipeline, AResultSaysWhichFrameOfWhichStreamItIs) {
    Pipeline live(small_model(), std::make_unique<TwoCameras>(), small(1));
    for (int i = 0; i < 4; ++i) {
        const Result result = live.next().at(0).result;
        EXPECT_EQ(result.stream, i % 2) << i;
        EXPECT_EQ(result.frame, 1 + i / 2) << i;
        EXPECT_NEAR(result.seconds, i / 2, 1e-6) << "since the stream's first frame";
    }
    std::vector<cv::Mat> pictures(2, cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(100)));
    Pipeline still(small_model(), sources::memory_source(std::move(pictures)), small(1));
    for (int i = 1; i <= 2; ++i) {
        const Result result = still.next().at(0).result;
        EXPECT_EQ(result.frame, 0);
        EXPECT_EQ(result.stream, 0);
        EXPECT_EQ(result.seconds, i) << "each picture counts as a second";
    }
}

TEST(TimeQuantiles, AreThoseOfWhatWasAdded) {
    TimeQuantiles times;
    EXPECT_EQ(times.at(0.5), 0);
    for (int i = 1; i <= 1000; ++i) times.add(i);
    EXPECT_NEAR(times.at(0.5), 500, 500 * 0.03);
    EXPECT_NEAR(times.at(0.95), 950, 950 * 0.03);
    EXPECT_NEAR(times.at(0), 1, 0.03);
    EXPECT_NEAR(times.at(1), 1000, 1000 * 0.03);
    times.add(0);
    times.add(-1);
    times.add(1e300);
    EXPECT_EQ(times.count(), 1003);
}

TEST(Pipeline, PassesOnWhatAStageThrew) {
    Pipeline pipeline(small_model(), std::make_unique<NumberedSource>(sources::SourceKind::image, 10, 3),
                      small(2));
    EXPECT_THAT([&] { numbers(pipeline); }, ::testing::ThrowsMessage<Error>("the disk is gone"));
}

TEST(Pipeline, AnEmptySourceGivesNothing) {
    Pipeline pipeline(small_model(), std::make_unique<NumberedSource>(sources::SourceKind::image, 0),
                      small(2));
    EXPECT_TRUE(pipeline.next().empty());
}

}  // namespace
}  // namespace yolo::inference
