// SPDX-License-Identifier: Apache-2.0
#include "sources/stream_reader.hpp"

#include <gmock/gmock.h>

#include "source_support.hpp"

namespace yolo::sources {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// A camera that does what the test says: each grab waits for a permission.
class Script {
  public:
    void allow(int frames) {
        const std::lock_guard lock(mutex_);
        allowed_ += frames;
        changed_.notify_all();
    }
    /// All further grabs fail.
    void fail() {
        const std::lock_guard lock(mutex_);
        failing_ = true;
        changed_.notify_all();
    }
    void mend() {
        const std::lock_guard lock(mutex_);
        failing_ = false;
    }
    /// False when the stream is broken.
    bool grab() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return failing_ || allowed_ > 0; });
        if (failing_) return false;
        --allowed_;
        ++grabbed_;
        changed_.notify_all();
        return true;
    }
    void wait_until_grabbed(int frames) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return grabbed_ >= frames; });
    }
    /// Whether it opens.
    bool open() {
        const std::lock_guard lock(mutex_);
        ++opened_;
        changed_.notify_all();
        return !failing_;
    }
    void wait_until_opened(int times) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return opened_ >= times; });
    }
    int grabbed() {
        const std::lock_guard lock(mutex_);
        return grabbed_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int allowed_ = 0, grabbed_ = 0, opened_ = 0;
    bool failing_ = false;
};

class ScriptedCamera final : public VideoReader {
  public:
    ScriptedCamera(Script& script, int frames) : script_(script), frames_(frames) {}
    VideoInfo info() const override { return {.frames = frames_, .fps = 500, .size = {32, 48}}; }
    bool grab() override {
        if (frames_ > 0 && given_ == frames_) return false;
        ++given_;
        return script_.grab();
    }
    /// Frame n of the script has brightness n.
    cv::Mat retrieve() override { return test::grey_frame(script_.grabbed()); }

  private:
    Script& script_;
    int frames_, given_ = 0;
};

double level(const std::optional<StreamFrame>& frame) {
    return frame ? test::brightness(frame->image) : -1;
}

StreamReader::Opener opener(Script& script, int frames = 0) {
    return [&script, frames](const Interrupt&) -> std::unique_ptr<VideoReader> {
        if (!script.open()) throw Error("still broken");
        return std::make_unique<ScriptedCamera>(script, frames);
    };
}

TEST(StreamReader, DeliversOnlyTheNewestFrame) {
    Script script;
    StreamReader reader("cam", opener(script), {});
    script.allow(20);
    script.wait_until_grabbed(20);
    script.allow(1);  // when it is taken, frame 20 has been put in the queue
    script.wait_until_grabbed(21);
    EXPECT_GE(level(reader.next()), 20);
    script.fail();  // lets the thread go
}

TEST(StreamReader, KeepsEveryFrameWhenAsked) {
    Script script;
    StreamReader reader("cam", opener(script), {.keep_all = true});
    script.allow(100);
    script.wait_until_grabbed(31);  // 30 wait, one is on its way
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(script.grabbed(), 31);
    for (int i = 1; i <= 100; ++i) EXPECT_EQ(level(reader.next()), i);
    script.fail();
}

TEST(StreamReader, StrideGrabsMoreThanItDelivers) {
    Script script;
    StreamReader reader("cam", opener(script), {.stride = 4, .keep_all = true});
    script.allow(12);
    for (const int expected : {4, 8, 12}) EXPECT_EQ(level(reader.next()), expected);
    script.fail();
}

TEST(StreamReader, ALostStreamGivesNothingUntilItComesBack) {
    Script script;
    StreamReader reader("cam", opener(script), {.keep_all = true, .first_retry = 1ms, .longest_retry = 4ms});
    script.allow(1);
    EXPECT_EQ(level(reader.next()), 1);
    script.fail();
    std::vector<std::string> messages;
    while (messages.empty()) messages = reader.take_messages();
    EXPECT_THAT(messages, ElementsAre(HasSubstr("does not answer")));
    script.wait_until_opened(3);  // attempts that fail are not said
    EXPECT_FALSE(reader.has_frame());
    EXPECT_FALSE(reader.ended());
    script.mend();
    script.allow(1);
    EXPECT_EQ(level(reader.next()), 2);
    EXPECT_THAT(reader.take_messages(), ElementsAre(HasSubstr("answers again")));
    script.fail();
}

TEST(StreamReader, AStreamThatOpensButGivesNothingIsSaidOnce) {
    Script script;
    std::atomic<int> opened{0};
    const auto open = [&](const Interrupt&) -> std::unique_ptr<VideoReader> {
        ++opened;
        return std::make_unique<ScriptedCamera>(script, 0);
    };
    script.fail();  // each grab does
    StreamReader reader("cam", open, {.first_retry = 1ms, .longest_retry = 2ms});
    while (opened < 5) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(reader.take_messages().size(), 1U);
    EXPECT_FALSE(reader.has_frame());
}

TEST(StreamReader, CountsWhatItDropsAndGivesEachFrameOnce) {
    Script script;
    StreamReader reader("cam", opener(script), {});
    script.allow(1);
    EXPECT_EQ(reader.next().value().dropped, 0);
    EXPECT_FALSE(reader.take());
    script.allow(10);
    script.wait_until_grabbed(11);
    const auto begin = std::chrono::steady_clock::now();
    int given = 1, dropped = 0, last = 1;
    for (script.allow(1); last < 12; ++given) {
        const StreamFrame frame = reader.next().value();
        EXPECT_GT(level(frame), last);
        EXPECT_LE(frame.received, std::chrono::steady_clock::now());
        last = static_cast<int>(level(frame));
        dropped += frame.dropped;
        EXPECT_TRUE(last < 12 || frame.received >= begin);
    }
    EXPECT_EQ(given + dropped, 12);
    script.fail();
}

TEST(StreamReader, ARecordingEnds) {
    Script script;
    script.allow(5);
    StreamReader reader("file", opener(script, 5), {.keep_all = true});
    for (int i = 1; i <= 5; ++i) EXPECT_EQ(level(reader.next()), i);
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.take_messages().empty());
}

TEST(StreamReader, APictureBehindAUrlEndsAfterItsOnlyFrame) {
    Script script;
    script.allow(1);
    StreamReader reader("http://x/picture", opener(script), {.keep_all = true, .ends_after_one = true});
    EXPECT_EQ(level(reader.next()), 1);
    script.fail();
    EXPECT_FALSE(reader.next());
}

TEST(StreamReader, CanBeDestroyedAtAnyMoment) {
    for (const bool keep_all : {false, true}) {
        for (int frames = 0; frames < 40; frames += 13) {
            Script script;
            const StreamReader reader("cam", opener(script), {.keep_all = keep_all, .first_retry = 10'000s});
            script.allow(frames);
            script.wait_until_grabbed(std::min(frames, 30));
            script.fail();  // the thread waits for its next attempt, or for room in the queue
        }
    }
}

/// A stream that never sends a frame, and ends its waiting when it is asked to.
class SilentCamera final : public VideoReader {
  public:
    explicit SilentCamera(Interrupt interrupt) : interrupt_(std::move(interrupt)) {}
    VideoInfo info() const override { return {}; }
    bool grab() override {
        while (!interrupt_()) std::this_thread::sleep_for(1ms);
        return false;
    }
    cv::Mat retrieve() override { return {}; }

  private:
    Interrupt interrupt_;
};

TEST(StreamReader, AReadThatHangsEndsWithIt) {
    const auto open = [](const Interrupt& interrupt) { return std::make_unique<SilentCamera>(interrupt); };
    { const StreamReader reader("cam", open, {}); }
    StreamReader stopped("cam", open, {});
    stopped.stop();
    EXPECT_FALSE(stopped.next());
    std::atomic<bool> cancelled{false};
    StreamReader reader("cam", open, {}, [&] { return cancelled.load(); });
    cancelled = true;
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.take_messages().empty());
}

TEST(StreamReader, ADamagedFrameIsLeftOut) {
    class Damaged final : public VideoReader {
      public:
        VideoInfo info() const override { return {.frames = 6, .fps = 500, .size = {32, 48}}; }
        bool grab() override { return ++frame_ <= 6; }
        cv::Mat retrieve() override { return frame_ % 3 == 0 ? cv::Mat() : test::grey_frame(frame_); }

      private:
        int frame_ = 0;
    };
    StreamReader reader("file", [](const Interrupt&) { return std::make_unique<Damaged>(); },
                        {.keep_all = true});
    for (const int expected : {1, 2, 4, 5}) EXPECT_EQ(level(reader.next()), expected);
    EXPECT_FALSE(reader.next());
}

TEST(StreamReader, AStreamThatDoesNotOpenIsAnError) {
    Script script;
    script.fail();
    EXPECT_EQ(test::message_of([&] { StreamReader("cam", opener(script), {}); }), "still broken");
}

}  // namespace
}  // namespace yolo::sources
