// SPDX-License-Identifier: Apache-2.0
/// \file Tracking behind a network, on predictions made by hand.
#include "inference/tracking_stage.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

namespace yolo::inference {
namespace {

using sources::SourceKind;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// What is found in frames of 640 x 480 pixels, one after the other.
class Frames {
  public:
    explicit Frames(SourceKind kind = SourceKind::video, int source = 0) : kind_(kind), source_(source) {}

    Prediction next(std::vector<Box> boxes = {}) {
        Prediction prediction;
        prediction.frame.kind = kind_;
        prediction.frame.source_index = kind_ == SourceKind::image ? source_++ : source_;
        prediction.frame.frame_number = ++number_;
        prediction.frame.fps = kind_ == SourceKind::image ? 0 : 10;
        prediction.frame.seconds = kind_ == SourceKind::image ? 0 : number_ / 10.0;
        prediction.frame.path = folder_ + "/frame.jpg";
        prediction.result.orig_shape = {480, 640};
        prediction.result.boxes = std::move(boxes);
        return prediction;
    }

    void move_to(std::string folder) { folder_ = std::move(folder); }

  private:
    SourceKind kind_;
    int source_, number_ = 0;
    std::string folder_ = "/data";
};

/// An object of 40 x 80 pixels with its left edge at x.
Box at(float x, float confidence = 0.9F) {
    return {x, 100, x + 40, 180, confidence, 2};
}

class TrackingStageTest : public ::testing::Test {
  protected:
    std::unique_ptr<Stage> stage(std::string type = "bytetrack", bool persist = false,
                                 std::vector<std::pair<std::string, Value>> settings = {}) {
        return tracking_stage(std::make_shared<StreamTrackers>(
            TrackerOptions{.type = std::move(type), .settings = std::move(settings)}, persist));
    }

    static Result process(Stage& stage, Prediction prediction) {
        std::vector<Prediction> batch;
        batch.push_back(std::move(prediction));
        stage.process(batch);
        return std::move(batch.at(0).result);
    }

    static std::vector<int> ids(const Result& result) {
        std::vector<int> ids;
        for (const Box& box : result.boxes) ids.push_back(box.track_id);
        return ids;
    }
};

TEST_F(TrackingStageTest, NumbersStayWithTheirObjects) {
    const auto tracking = stage();
    Frames film;
    EXPECT_THAT(ids(process(*tracking, film.next({at(10), at(300)}))), ElementsAre(1, 2));
    const Result result = process(*tracking, film.next({at(303), at(13)}));
    EXPECT_THAT(ids(result), ElementsAre(1, 2));
    EXPECT_NEAR(result.boxes[0].x1, 13, 2);
    EXPECT_NEAR(result.boxes[1].x1, 303, 2);
    EXPECT_EQ(result.boxes[0].class_id, 2);
    EXPECT_FLOAT_EQ(result.boxes[0].confidence, 0.9F);
}

TEST_F(TrackingStageTest, MasksAndKeypointsFollowTheirBox) {
    const auto tracking = stage();
    Frames film;
    process(*tracking, film.next({at(10), at(300), at(500)}));
    Prediction second = film.next({at(503), at(200, 0.2F), at(303), at(13)});  // the weak one is nobody's
    for (const int value : {5, 2, 3, 1}) {
        second.result.masks.push_back({1, 1, {static_cast<std::uint8_t>(value)}});
        second.result.keypoints.push_back({{static_cast<float>(value), 0}});
    }
    const Result result = process(*tracking, std::move(second));
    ASSERT_EQ(ids(result), (std::vector<int>{1, 2, 3}));
    ASSERT_EQ(result.masks.size(), 3U);
    ASSERT_EQ(result.keypoints.size(), 3U);
    for (const auto& [row, value] : {std::pair<std::size_t, int>{0, 1}, {1, 3}, {2, 5}}) {
        EXPECT_EQ(result.masks[row].data[0], value);
        EXPECT_FLOAT_EQ(result.keypoints[row][0].x, static_cast<float>(value));
    }
}

TEST_F(TrackingStageTest, FramesWithoutDetectionsAgeTracks) {
    for (const int gap : {3, 4}) {
        const auto tracking = stage("bytetrack", false, {{"track_buffer", std::int64_t{2}}});
        Frames film;
        process(*tracking, film.next({at(10)}));
        process(*tracking, film.next({at(10)}));
        for (int i = 0; i < gap; ++i) EXPECT_THAT(process(*tracking, film.next()).boxes, IsEmpty());
        process(*tracking, film.next({at(10)}));
        const std::vector<int> numbers = ids(process(*tracking, film.next({at(10)})));
        EXPECT_THAT(numbers, ElementsAre(gap == 3 ? 1 : 2)) << gap;
    }
}

TEST_F(TrackingStageTest, NumbersOfPicturesThatAreNotThereAgeTracks) {
    for (const int gap : {3, 4}) {
        const auto tracking = stage("bytetrack", false, {{"track_buffer", std::int64_t{2}}});
        Frames pictures(SourceKind::image);
        process(*tracking, pictures.next({at(10)}));
        process(*tracking, pictures.next({at(10)}));
        for (int i = 0; i < gap; ++i) pictures.next();
        process(*tracking, pictures.next({at(10)}));
        const std::vector<int> numbers = ids(process(*tracking, pictures.next({at(10)})));
        EXPECT_THAT(numbers, ElementsAre(gap == 3 ? 1 : 2)) << gap;
    }
}

TEST_F(TrackingStageTest, WhyThereIsNoTrackIsSaid) {
    const auto why = [](const char* type, float confidence, int count) {
        const auto trackers = std::make_shared<StreamTrackers>(TrackerOptions{.type = type}, false);
        const auto tracking = tracking_stage(trackers);
        Frames film;
        for (int i = 0; i < count; ++i) process(*tracking, film.next({at(10, confidence)}));
        return why_no_track(trackers->tally(), trackers->settings());
    };
    EXPECT_THAT(why("tracktrack", 0.61F, 9),
                AllOf(HasSubstr("none of 9 detections reached new_track_thresh=0.7 of tracktrack"),
                      HasSubstr("0.61"), HasSubstr("tracker=bytetrack.yaml")));
    EXPECT_THAT(why("bytetrack", 0.2F, 1),
                AllOf(HasSubstr("none of 1 detection reached"), Not(HasSubstr("take tracker="))));
    EXPECT_THAT(why("tracktrack", 0.9F, 0), IsEmpty()) << "nothing to track";
    EXPECT_THAT(why("bytetrack", 0.9F, 9), IsEmpty());
    const auto trackers = std::make_shared<StreamTrackers>(TrackerOptions{.type = "bytetrack"}, false);
    const auto tracking = tracking_stage(trackers);
    Frames film;
    process(*tracking, film.next());
    for (int i = 0; i < 5; ++i) process(*tracking, film.next({at(100.0F * static_cast<float>(i))}));
    EXPECT_THAT(why_no_track(trackers->tally(), trackers->settings()), HasSubstr("found again"));
}

TEST_F(TrackingStageTest, StreamsKnowNothingOfEachOther) {
    const auto tracking = stage();
    Frames left(SourceKind::stream, 0), right(SourceKind::stream, 1);
    std::vector<Prediction> batch;
    batch.push_back(left.next({at(10), at(200)}));
    batch.push_back(right.next({at(400)}));
    batch.push_back(left.next({at(200), at(10)}));
    batch.push_back(right.next({at(10), at(400)}));
    tracking->process(batch);
    EXPECT_THAT(ids(batch[0].result), ElementsAre(1, 2));
    EXPECT_THAT(ids(batch[1].result), ElementsAre(1));
    EXPECT_THAT(ids(batch[2].result), ElementsAre(1, 2));
    EXPECT_NEAR(batch[3].result.boxes.at(0).x1, 400, 2);
    EXPECT_EQ(batch[3].result.boxes.at(0).track_id, 1);
}

TEST_F(TrackingStageTest, AVideoBeginsAnewUnlessTrackersPersist) {
    for (const bool persist : {false, true}) {
        const auto tracking = stage("bytetrack", persist);
        for (const int video : {0, 1, 2}) {
            Frames film(SourceKind::video, video);
            process(*tracking, film.next({at(10)}));
            const Result result = process(*tracking, film.next({at(10), at(300.0F + 50 * video)}));
            EXPECT_EQ(ids(result).at(0), 1) << video;
            process(*tracking, film.next({at(10), at(300.0F + 50 * video)}));
        }
        Frames film(SourceKind::video, 3);
        process(*tracking, film.next({at(10), at(200)}));
        const Result result = process(*tracking, film.next({at(10), at(200)}));
        EXPECT_THAT(ids(result), UnorderedElementsAre(1, persist ? 5 : 2));
    }
}

TEST_F(TrackingStageTest, AVideoThatGoesOnIsLaterThanTheOneBefore) {
    StreamTrackers trackers({.type = "bytetrack"}, true);
    Frames first(SourceKind::video, 0), second(SourceKind::video, 1);
    for (int i = 0; i < 20; ++i) trackers.of(first.next().frame);
    EXPECT_DOUBLE_EQ(trackers.seconds(), 2);
    trackers.of(second.next().frame);
    EXPECT_DOUBLE_EQ(trackers.seconds(), 2.1);
    trackers.of(second.next().frame);
    EXPECT_DOUBLE_EQ(trackers.seconds(), 2.2);
}

TEST_F(TrackingStageTest, PicturesHaveNoTimesSoFramesCount) {
    int said = 0;
    const auto tracking = tracking_stage(
        std::make_shared<StreamTrackers>(
            TrackerOptions{.type = "bytetrack",
                           .settings = {{"track_buffer", std::int64_t{2}}, {"track_buffer_s", 0.5}}},
            false),
        {.log = [&](LogLevel, std::string_view text) {
            if (text.find("track_buffer_s") != std::string_view::npos) ++said;
        }});
    Frames pictures(SourceKind::image);
    process(*tracking, pictures.next({at(10)}));
    for (int i = 0; i < 6; ++i) process(*tracking, pictures.next());
    process(*tracking, pictures.next({at(10)}));
    EXPECT_THAT(ids(process(*tracking, pictures.next({at(10)}))), ElementsAre(2));
    EXPECT_EQ(said, 1);
}

TEST_F(TrackingStageTest, TimesAreThoseOfTheFrames) {
    StreamTrackers trackers({.type = "bytetrack"}, false);
    Frames stream(SourceKind::stream);
    std::vector<double> times;
    for (const int second : {100, 101, 109}) {
        sources::Frame frame = stream.next().frame;
        frame.seconds = second;
        trackers.of(frame);
        times.push_back(trackers.seconds());
    }
    EXPECT_DOUBLE_EQ(times[1] - times[0], 1);
    EXPECT_DOUBLE_EQ(times[2] - times[1], 8) << "frames between them were dropped, or never came";
}

TEST_F(TrackingStageTest, PicturesOfAFolderAreOneSequence) {
    const auto tracking = stage();
    Frames pictures(SourceKind::image);
    process(*tracking, pictures.next({at(10), at(300)}));
    EXPECT_THAT(ids(process(*tracking, pictures.next({at(303), at(13)}))), ElementsAre(1, 2));
    pictures.move_to("/other");
    EXPECT_THAT(ids(process(*tracking, pictures.next({at(300)}))), ElementsAre(1)) << "another folder";
    Frames video(SourceKind::video, 7);
    EXPECT_THAT(ids(process(*tracking, video.next({at(300)}))), ElementsAre(1));
    EXPECT_THAT(ids(process(*tracking, pictures.next({at(10), at(300)}))), ElementsAre(1, 2))
        << "pictures behind a video begin anew as well";
}

TEST_F(TrackingStageTest, WhatIsNotConfirmedYetIsNotShown) {
    const auto tracking = stage("tracktrack");
    Frames film;
    EXPECT_THAT(ids(process(*tracking, film.next())), IsEmpty());
    EXPECT_THAT(process(*tracking, film.next({at(10)})).boxes, IsEmpty()) << "a track, not yet confirmed";
    process(*tracking, film.next({at(10)}));
    EXPECT_THAT(ids(process(*tracking, film.next({at(10)}))), ElementsAre(1));
}

TEST_F(TrackingStageTest, DetectionsStayAsTheyAreWhereThereIsNoTrack) {
    const auto tracking = stage("tracktrack");
    Frames film;
    EXPECT_THAT(ids(process(*tracking, film.next({at(10, 0.3F)}))), ElementsAre(-1))
        << "too weak for a track";
}

TEST_F(TrackingStageTest, BoxesEndAtTheEdgesOfThePicture) {
    const auto tracking = stage();
    Frames film;
    Result result;
    for (const float x : {560.0F, 580.0F, 600.0F})
        result = process(*tracking, film.next({at(x), {x, 440, x + 40, 480, 0.9F, 0}}));
    ASSERT_EQ(result.boxes.size(), 2U);
    for (const Box& box : result.boxes) {
        EXPECT_LE(box.x2, 640);
        EXPECT_LE(box.y2, 480);
    }
}

TEST_F(TrackingStageTest, RotatedBoxesAreFollowedAsWell) {
    const auto tracking = stage();
    Frames film;
    for (int i = 0; i < 2; ++i) {
        Prediction prediction = film.next();
        prediction.result.task = Task::obb;
        prediction.result.obb = {{100.0F + 2 * i, 100, 60, 20, 0.5F, 0.9F, 1}};
        const Result result = process(*tracking, std::move(prediction));
        ASSERT_EQ(result.obb.size(), 1U);
        EXPECT_EQ(result.obb[0].track_id, 1);
        EXPECT_NEAR(result.obb[0].angle, 0.5, 1e-3);
    }
}

/// Gives each detection the looks that stand in its class.
class ClassLooks final : public Appearance {
  public:
    std::vector<std::vector<float>> of(const Prediction& prediction) override {
        std::vector<std::vector<float>> features;
        for (const Box& box : prediction.result.boxes)
            features.push_back(box.class_id == 2 ? std::vector<float>{1, 0} : std::vector<float>{0, 1});
        return features;
    }
};

TEST_F(TrackingStageTest, LooksDecideWhereMotionDoesNot) {
    for (const bool looks : {false, true}) {
        const auto trackers =
            std::make_shared<StreamTrackers>(TrackerOptions{.type = "botsort",
                                                            .settings = {{"with_reid", true},
                                                                         {"gmc_method", std::string("none")},
                                                                         {"proximity_thresh", 0.0}}},
                                             false);
        const auto tracking =
            tracking_stage(trackers, {.appearance = looks ? std::make_unique<ClassLooks>() : nullptr});
        Frames film;
        Box left = at(100), right = at(120);
        right.class_id = 5;
        process(*tracking, film.next({left, right}));
        std::swap(left.class_id, right.class_id);  // they change places
        const Result result = process(*tracking, film.next({left, right}));
        ASSERT_EQ(ids(result), (std::vector<int>{1, 2}));
        EXPECT_EQ(result.boxes[0].class_id, looks ? 2 : 5);
    }
}

TEST_F(TrackingStageTest, SaysWhatItsPartsTook) {
    const auto names = [](const Stage& stage) {
        std::vector<std::string_view> found;
        for (const StagePart& part : stage.parts()) {
            EXPECT_GT(part.time.count(), 0) << part.name;
            found.push_back(part.name);
        }
        return found;
    };
    const auto trackers = std::make_shared<StreamTrackers>(
        TrackerOptions{.type = "botsort", .settings = {{"with_reid", true}}}, false);
    const auto plain = stage(),
               with_looks = tracking_stage(trackers, {.appearance = std::make_unique<ClassLooks>()});
    Frames film;
    process(*plain, film.next({at(10)}));
    process(*with_looks, film.next({at(10)}));
    EXPECT_THAT(names(*plain), ElementsAre("tracking"));
    EXPECT_THAT(names(*with_looks), ElementsAre("looks", "tracking"));
}

TEST_F(TrackingStageTest, RecoveredDetectionsKeepATrack) {
    for (const bool recovers : {false, true}) {
        const auto tracking =
            tracking_stage(std::make_shared<StreamTrackers>(TrackerOptions{.type = "tracktrack"}, false),
                           {.recovers = recovers});
        Frames film;
        for (int i = 0; i < 4; ++i) process(*tracking, film.next({at(10), at(40), at(300)}));
        Prediction hidden = film.next({at(10), at(300)});  // the second is suppressed by the first
        hidden.loose.boxes = {at(10), at(10.1F), at(40), at(300)};
        const Result result = process(*tracking, std::move(hidden));
        EXPECT_EQ(ids(result).size(), recovers ? 3U : 2U);
    }
}

TEST_F(TrackingStageTest, AWrongTrackerIsSaidAtOnce) {
    EXPECT_THROW(stage("sort"), UsageError);
}

}  // namespace
}  // namespace yolo::inference
