// SPDX-License-Identifier: Apache-2.0
/// \file Counting behind a tracker, on predictions made by hand.
#include "inference/counting_stage.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

namespace yolo::inference {
namespace {

using sources::SourceKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CountingStageTest : public ::testing::Test {
  protected:
    /// A frame with one object whose feet are at that height.
    static Prediction at(float y, SourceKind kind, int source, int frame) {
        Prediction prediction;
        prediction.frame.kind = kind;
        prediction.frame.source_index = source;
        prediction.frame.frame_number = frame;
        prediction.frame.fps = kind == SourceKind::image ? 0 : 10;
        prediction.frame.seconds = kind == SourceKind::video ? frame / 10.0 : 0;
        prediction.result.orig_shape = {480, 640};
        prediction.result.boxes = {{280, y - 80, 320, y, 0.9F, 0, 1}};
        return prediction;
    }

    std::vector<RegionCounts> count(Prediction prediction) {
        std::vector<Prediction> batch;
        batch.push_back(std::move(prediction));
        stage_->process(batch);
        return batch[0].regions;
    }

    void make(std::vector<Region> regions) {
        stage_ =
            counting_stage(regions, [this](LogLevel, std::string_view line) { lines_.emplace_back(line); });
    }

    const Region line_{.name = "line", .points = {{0, 240}, {640, 240}}};
    const Region area_{.name = "area", .points = {{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
    std::unique_ptr<Stage> stage_;
    std::vector<std::string> lines_;
};

TEST_F(CountingStageTest, each_stream_counts_for_itself) {
    make({line_});
    count(at(200, SourceKind::stream, 0, 1));
    count(at(280, SourceKind::stream, 1, 1));
    EXPECT_EQ(count(at(280, SourceKind::stream, 0, 2))[0].all.in, 1);
    const RegionTally other = count(at(200, SourceKind::stream, 1, 2))[0].all;
    EXPECT_EQ(other.in, 0);
    EXPECT_EQ(other.out, 1);
}

TEST_F(CountingStageTest, each_video_begins_anew_and_pictures_are_one_sequence) {
    make({line_});
    count(at(200, SourceKind::video, 0, 1));
    EXPECT_EQ(count(at(280, SourceKind::video, 0, 2))[0].all.in, 1);
    // Its object 1 is another one, which has not crossed.
    EXPECT_EQ(count(at(200, SourceKind::video, 1, 1))[0].all.out, 0);
    EXPECT_EQ(count(at(280, SourceKind::video, 1, 2))[0].all.in, 1);
    count(at(200, SourceKind::image, 2, 0));
    EXPECT_EQ(count(at(280, SourceKind::image, 3, 0))[0].all.in, 1);
}

TEST_F(CountingStageTest, time_is_that_of_the_video) {
    make({area_});
    count(at(200, SourceKind::video, 0, 3));
    const auto counts = count(at(200, SourceKind::video, 0, 28));
    ASSERT_EQ(counts[0].visitors.size(), 1U);
    EXPECT_NEAR(counts[0].visitors[0].seconds, 2.5, 1e-9);
}

TEST_F(CountingStageTest, time_goes_as_the_frames_say_it) {
    make({area_});
    Prediction first = at(200, SourceKind::stream, 0, 1), second = at(200, SourceKind::stream, 0, 2);
    first.frame.seconds = 3600;
    second.frame.seconds = 3601.5;
    count(std::move(first));
    const auto counts = count(std::move(second));
    ASSERT_EQ(counts[0].visitors.size(), 1U);
    EXPECT_NEAR(counts[0].visitors[0].seconds, 1.5, 1e-6);
}

TEST_F(CountingStageTest, a_region_outside_of_the_picture_is_said_once) {
    make({{.name = "far", .points = {{0, 1000}, {1920, 1000}}}, line_});
    count(at(200, SourceKind::stream, 0, 1));
    count(at(200, SourceKind::stream, 0, 2));
    EXPECT_THAT(lines_, ElementsAre(AllOf(HasSubstr("'far'"), HasSubstr("640x480"))));
}

TEST_F(CountingStageTest, a_stream_that_comes_back_in_another_size_is_said) {
    const auto in_half = [](int frame) {
        Prediction prediction = at(100, SourceKind::stream, 0, frame);
        prediction.result.orig_shape = {240, 320};
        return prediction;
    };
    make({{.name = "low", .points = {{0, 300}, {640, 300}}}, area_});
    count(at(200, SourceKind::stream, 0, 1));
    count(in_half(2));
    count(in_half(3));
    EXPECT_THAT(lines_, ElementsAre(AllOf(HasSubstr("320x240"), HasSubstr("640x480"), HasSubstr("shares")),
                                    AllOf(HasSubstr("'low'"), HasSubstr("outside"))));
    lines_.clear();
    make({area_});
    count(at(200, SourceKind::stream, 0, 1));
    count(in_half(2));
    EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(CountingStageTest, a_region_that_cannot_be_is_refused_at_once) {
    EXPECT_THROW(make({{.points = {{0, 0}}}}), UsageError);
}

}  // namespace
}  // namespace yolo::inference
