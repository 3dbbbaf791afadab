// SPDX-License-Identifier: Apache-2.0
/// \file A camera as OpenCV reads it, above all one that sends nothing.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "fake_camera.hpp"
#include "sources/source.hpp"
#include "sources/video.hpp"

namespace yolo::sources {
namespace {

using namespace std::chrono_literals;
using test::FakeCamera;

class CameraTest : public ::testing::Test {
  protected:
    /// As apps/yolo/main.cpp does.
    static void SetUpTestSuite() { ::setenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1", 0); }

    /// Sends frames until it goes.
    class Sender {
      public:
        explicit Sender(FakeCamera& camera, unsigned char grey)
            : thread_([this, &camera, grey] {
                  for (; !stopped_; std::this_thread::sleep_for(5ms)) camera.send(grey);
              }) {}
        ~Sender() {
            stopped_ = true;
            thread_.join();
        }

      private:
        std::atomic<bool> stopped_ = false;
        std::thread thread_;
    };

    FakeCamera camera_;
};

TEST_F(CameraTest, GivesItsFrames) {
    const auto reader = open_camera(FakeCamera::number);
    EXPECT_EQ(reader->info().size, (Size{FakeCamera::height, FakeCamera::width}));
    EXPECT_EQ(reader->info().fps, 30);
    const Sender sender(camera_, 180);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(reader->grab());
        const cv::Mat frame = reader->retrieve();
        ASSERT_EQ(frame.size(), cv::Size(FakeCamera::width, FakeCamera::height));
        EXPECT_NEAR(frame.at<cv::Vec3b>(20, 20)[1], (180 - 16) * 255 / 219, 4);
    }
    EXPECT_EQ(camera_.opened(), 1);
}

/// Asked again and again, not at the end of a wait that takes as long as it likes.
TEST_F(CameraTest, ASilentOneIsGivenUpWhenTheReaderIsTold) {
    int asked = 0;
    bool patient = true;
    const auto reader = open_camera(FakeCamera::number, [&] { return !patient && ++asked > 3; });
    EXPECT_TRUE([&] {
        const Sender sender(camera_, 99);
        return reader->grab() && !reader->retrieve().empty();
    }());
    patient = false;
    while (reader->grab()) {  // what was sent before
    }
    EXPECT_EQ(asked, 4);
}

TEST_F(CameraTest, OneThatNeverSendsIsGivenUpToo) {
    int asked = 0;
    const auto reader = open_camera(FakeCamera::number, [&] { return ++asked > 3; });
    EXPECT_FALSE(reader->grab());
    EXPECT_EQ(asked, 4) << "it was still asked: the silence alone does not end it";
}

TEST_F(CameraTest, ASourceEndsWhileItsCameraIsSilent) {
    const auto source = open_source(std::to_string(FakeCamera::number), {});
    {
        const Sender sender(camera_, 99);
        EXPECT_EQ(source->next().size(), 1U);
    }
    std::thread ending([&] { source->cancel(); });
    while (!source->next().empty()) {
    }
    ending.join();
}

TEST_F(CameraTest, OneThatIsPulledOutIsLostAtOnceAndIsNotThereAgain) {
    const auto reader = open_camera(FakeCamera::number);
    {
        const Sender sender(camera_, 99);
        ASSERT_TRUE(reader->grab());
    }
    camera_.unplug();
    while (reader->grab()) {
    }
    EXPECT_THROW(open_camera(FakeCamera::number), Error);
}

}  // namespace
}  // namespace yolo::sources
