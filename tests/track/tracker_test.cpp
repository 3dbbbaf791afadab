// SPDX-License-Identifier: Apache-2.0
/// \file The public Tracker: what all six have in common.
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include <yolo/error.hpp>
#include <yolo/tracker.hpp>

#include "support/message_of.hpp"
#include "track/registry.hpp"

namespace yolo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EachTracker : public testing::TestWithParam<std::string> {
  protected:
    Tracker make(std::vector<std::pair<std::string, Value>> settings = {}) const {
        return Tracker({.type = GetParam(), .settings = std::move(settings)});
    }
};

INSTANTIATE_TEST_SUITE_P(Trackers, EachTracker,
                         testing::Values("bytetrack", "botsort", "ocsort", "deepocsort", "fasttrack",
                                         "tracktrack"),
                         [](const auto& each) { return each.param; });

Box box_at(float x, float y = 50, float confidence = 0.9f, int class_id = 0) {
    return {x, y, x + 40, y + 80, confidence, class_id};
}

std::vector<int> ids_of(const Tracks& tracks) {
    std::vector<int> ids;
    for (const Box& box : tracks.boxes) ids.push_back(box.track_id);
    for (const RotatedBox& box : tracks.obb) ids.push_back(box.track_id);
    return ids;
}

TEST(Tracker, needs_nothing_but_its_name) {
    EXPECT_EQ(Tracker().type(), "tracktrack");
    EXPECT_EQ(Tracker({.file = "botsort.yaml"}).type(), "botsort");
    EXPECT_THAT(tracker_types(),
                ElementsAre("bytetrack", "botsort", "ocsort", "deepocsort", "fasttrack", "tracktrack"));
}

TEST(Tracker, settings_take_the_place_of_defaults) {
    const Tracker tracker({.type = "bytetrack", .settings = {{"track_buffer", 60}, {"fuse_score", false}}});
    EXPECT_EQ(tracker.setting("track_buffer"), "60");
    EXPECT_EQ(tracker.setting("fuse_score"), "False");
    EXPECT_EQ(tracker.setting("match_thresh"), "0.8");
    EXPECT_EQ(tracker.setting("gmc_method"), std::nullopt);
}

TEST(Tracker, a_wrong_request_is_refused_in_one_sentence) {
    EXPECT_THAT(test::message_of<UsageError>([] { Tracker({.type = "bytetrak"}); }),
                AllOf(HasSubstr("'bytetrak'"), HasSubstr("mean bytetrack")));
    EXPECT_THAT(test::message_of<UsageError>([] {
                    Tracker({.settings = {{"matchthresh", 0.5}}});
                }),
                HasSubstr("mean match_thresh"));
    EXPECT_THAT(test::message_of<UsageError>([] {
                    Tracker({.settings = {{"match_thresh", 3}}});
                }),
                HasSubstr("from 0 to 1"));
    EXPECT_THAT(test::message_of<UsageError>([] { Tracker({.file = "bottsort.yaml"}); }),
                HasSubstr("mean botsort.yaml"));
}

TEST_P(EachTracker, an_object_keeps_its_number) {
    Tracker tracker = make();
    for (int frame = 0; frame < 20; ++frame) {
        const auto x = static_cast<float>(10 + 3 * frame);
        const Tracks tracks = tracker.update({.boxes = {box_at(x, 50, 0.9f, 4), box_at(500 - x, 300)}});
        EXPECT_THAT(ids_of(tracks), ElementsAre(1, 2)) << "frame " << frame;
        EXPECT_THAT(tracks.indices, ElementsAre(0, 1));
        EXPECT_EQ(tracks.boxes[0].class_id, 4);
        EXPECT_NEAR(tracks.boxes[0].x1, x, 3);
    }
}

TEST_P(EachTracker, rows_say_which_detection_they_are_of) {
    Tracker tracker = make();
    tracker.update({.boxes = {box_at(10), box_at(200), box_at(400)}});
    // Another order, and one that no tracker can use in front.
    const Tracks tracks =
        tracker.update({.boxes = {{5, 5, NAN, 6, 0.9f}, box_at(401), box_at(11), box_at(201)}});
    ASSERT_THAT(ids_of(tracks), ElementsAre(1, 2, 3));
    EXPECT_THAT(tracks.indices, ElementsAre(2, 3, 1));
}

TEST_P(EachTracker, frames_without_detections_age_tracks) {
    for (const int missing : {3, 8}) {
        Tracker tracker = make({{"track_buffer", 5}});
        for (int frame = 0; frame < 5; ++frame) tracker.update({.boxes = {box_at(100)}});
        for (int frame = 0; frame < missing; ++frame) EXPECT_THAT(ids_of(tracker.update({})), IsEmpty());
        std::vector<int> ids;
        for (int frame = 0; frame < 5; ++frame) ids = ids_of(tracker.update({.boxes = {box_at(100)}}));
        EXPECT_THAT(ids, ElementsAre(missing < 5 ? 1 : 2)) << missing << " frames";
    }
}

TEST_P(EachTracker, the_buffer_may_be_in_seconds) {
    for (const double seconds : {1.0, 4.0}) {
        Tracker tracker = make({{"track_buffer", 0}, {"track_buffer_s", 2.0}});
        for (int frame = 0; frame < 5; ++frame)
            tracker.update({.boxes = {box_at(100)}, .seconds = frame * 0.1});
        for (int step = 1; step <= 8; ++step) tracker.update({.seconds = 0.4 + seconds * step / 8.0});
        std::vector<int> ids;
        for (int frame = 1; frame < 5; ++frame) {
            const double now = 0.4 + seconds + 0.1 * frame;
            ids = ids_of(tracker.update({.boxes = {box_at(100)}, .seconds = now}));
        }
        EXPECT_THAT(ids, ElementsAre(seconds < 2 ? 1 : 2)) << seconds;
    }
}

TEST_P(EachTracker, without_times_the_buffer_is_in_frames) {
    Tracker tracker = make({{"track_buffer", 2}, {"track_buffer_s", 2.0}});
    for (int frame = 0; frame < 5; ++frame) tracker.update({.boxes = {box_at(100)}});
    for (int frame = 0; frame < 6; ++frame) tracker.update({});
    std::vector<int> ids;
    for (int frame = 0; frame < 5; ++frame) ids = ids_of(tracker.update({.boxes = {box_at(100)}}));
    EXPECT_THAT(ids, ElementsAre(2));
}

TEST_P(EachTracker, boxes_as_thin_as_threads_do_no_harm) {
    Tracker tracker = make();
    for (int frame = 0; frame < 5; ++frame) {
        const Tracks tracks = tracker.update(
            {.boxes = {box_at(100), {0, 300, 1e6f, 300 + 1e-30f, 0.9f}, {0, 0, 1e-6f, 9e6f, 0.9f}}});
        for (const Box& box : tracks.boxes) EXPECT_TRUE(std::isfinite(box.x1 + box.y1 + box.x2 + box.y2));
    }
    EXPECT_THAT(ids_of(tracker.update({.boxes = {box_at(100)}})), ElementsAre(1));
}

TEST_P(EachTracker, reset_begins_with_1_again) {
    Tracker tracker = make();
    tracker.update({.boxes = {box_at(100), box_at(300)}});
    tracker.reset();
    EXPECT_THAT(ids_of(tracker.update({.obb = {{50, 50, 40, 20, 0.1f, 0.9f}}})), ElementsAre(1));
}

TEST_P(EachTracker, several_are_independent) {
    Tracker one = make(), other = make();
    one.update({.boxes = {box_at(10), box_at(100), box_at(200)}});
    EXPECT_THAT(ids_of(other.update({.boxes = {box_at(10)}})), ElementsAre(1));
    EXPECT_THAT(ids_of(one.update({.boxes = {box_at(10), box_at(100), box_at(200)}})), ElementsAre(1, 2, 3));
}

TEST_P(EachTracker, follows_rotated_boxes_however_their_angle_is_written) {
    Tracker tracker = make();
    const float half_turn = 3.14159265f;
    for (int frame = 0; frame < 8; ++frame) {
        const float angle = 0.2f + 0.02f * static_cast<float>(frame);
        const bool other_way = frame % 2 == 1;  // sides swapped and a quarter turn, or half a turn
        RotatedBox box{100, 100, 60, 20, angle + (frame % 4 == 2 ? half_turn : 0), 0.9f, 0};
        if (other_way) box = {100, 100, 20, 60, angle - half_turn / 2, 0.9f, 0};
        const Tracks tracks = tracker.update({.obb = {box}});
        ASSERT_THAT(ids_of(tracks), ElementsAre(1)) << frame;
        EXPECT_NEAR(tracks.obb[0].angle, angle, 1e-3);
        EXPECT_NEAR(tracks.obb[0].width, 60, 1);
    }
}

TEST_P(EachTracker, upright_and_rotated_boxes_do_not_mix) {
    Tracker tracker = make();
    const RotatedBox rotated{50, 50, 40, 20, 0, 0.9f};
    EXPECT_THAT(
        test::message_of<UsageError>([&] { tracker.update({.boxes = {box_at(1)}, .obb = {rotated}}); }),
        HasSubstr("both"));
    tracker.update({.boxes = {box_at(1)}});
    EXPECT_THAT(test::message_of<UsageError>([&] { tracker.update({.obb = {rotated}}); }),
                HasSubstr("reset()"));
}

TEST_P(EachTracker, hostile_boxes_leave_the_others_alone) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinite = std::numeric_limits<float>::infinity();
    constexpr float most = std::numeric_limits<float>::max();
    Tracker tracker = make();
    for (int frame = 0; frame < 10; ++frame) {
        const Tracks tracks = tracker.update({.boxes = {box_at(100),
                                                        {nan, 0, 10, 10, 0.9f},
                                                        {0, 0, infinite, 10, 0.9f},
                                                        {0, 0, most, most, 0.9f},
                                                        {20, 20, 20, 20, 0.9f},
                                                        {20, 20, 60, 20, 0.9f},
                                                        {60, 60, 20, 20, 0.9f},
                                                        {-500, -400, -450, -300, 0.9f},
                                                        box_at(700, 50, nan),
                                                        box_at(800, 50, infinite),
                                                        box_at(900, 50, -3)}});
        bool found = false;
        for (std::size_t i = 0; i < tracks.size(); ++i) {
            const Box& box = tracks.boxes[i];
            EXPECT_TRUE(std::isfinite(box.x1 + box.y1 + box.x2 + box.y2)) << frame;
            if (tracks.indices[i] != 0) continue;
            found = true;
            EXPECT_EQ(box.track_id, 1);
        }
        EXPECT_TRUE(found) << frame;
    }
}

TEST_P(EachTracker, takes_ten_thousand_detections) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> x(0, 3800), y(0, 2100), side(10, 60), score(0, 1);
    Detections detections;
    for (int i = 0; i < 10000; ++i) {
        const float left = x(random), top = y(random);
        detections.boxes.push_back({left, top, left + side(random), top + side(random), score(random)});
    }
    Tracker tracker = make();
    for (int frame = 0; frame < 2; ++frame) {
        const Tracks tracks = tracker.update(detections);
        const std::vector<int> ids = ids_of(tracks);
        EXPECT_GT(ids.size(), 100U);
        EXPECT_EQ(std::set<int>(ids.begin(), ids.end()).size(), ids.size()) << "a number twice";
    }
}

TEST_P(EachTracker, thousands_of_boxes_for_one_object_are_refused) {
    Tracker tracker = make();
    const Detections same{.boxes = std::vector<Box>(5000, box_at(100))};
    const auto update = [&] {
        for (int frame = 0; frame < 3; ++frame) tracker.update(same);
    };
    if (GetParam() == "fasttrack" || GetParam() == "tracktrack") {  // start one track where there are many
        update();
        EXPECT_THAT(ids_of(tracker.update(same)), ElementsAre(1));
    } else {
        EXPECT_THAT(test::message_of(update), testing::HasSubstr("NMS"));
    }
}

TEST_P(EachTracker, black_tiny_and_changing_frames_change_no_number) {
    Tracker tracker = make();
    const std::vector<std::uint8_t> pixels(std::size_t{640} * 480 * 3, 0);
    const std::array<Size, 5> sizes{{{480, 640}, {480, 640}, {8, 8}, {1, 1}, {240, 320}}};
    for (const Size size : sizes) {
        const ImageView view{pixels.data(), size.height, size.width, PixelFormat::bgr, 0};
        EXPECT_THAT(ids_of(tracker.update({.boxes = {box_at(100), box_at(300)}}, view)), ElementsAre(1, 2));
    }
    EXPECT_THAT(ids_of(tracker.update({.boxes = {box_at(100), box_at(300)}})), ElementsAre(1, 2));
}

TEST_P(EachTracker, keeps_a_bounded_number_of_objects) {
    const track::MethodRow& row = track::find_method(GetParam(), "test");
    const auto method = row.make(track::Settings(row.keys));
    std::mt19937 random(11);
    std::uniform_real_distribution<float> place(0, 2000), score(0.1f, 1);
    std::size_t most = 0;
    for (int frame = 0; frame < 3000; ++frame) {
        Detections detections;
        for (int i = 0; i < 4; ++i)  // four strangers a frame, and one that stays
            detections.boxes.push_back(box_at(place(random), place(random), score(random)));
        detections.boxes.push_back(box_at(-200));
        method->update(track::make_frame(detections, false));
        most = std::max(most, method->kept());
    }
    // At most five new ones a frame, each for the frame, the 30 of the buffer and two more.
    EXPECT_LE(most, 5U * 33U);
    for (int frame = 0; frame < 50; ++frame) method->update(track::Frame());
    EXPECT_EQ(method->kept(), 0U);
}

TEST(Tracker, features_are_one_for_each_detection) {
    Tracker tracker({.type = "botsort", .settings = {{"with_reid", true}, {"gmc_method", "none"}}});
    EXPECT_TRUE(tracker.needs_features());
    EXPECT_FALSE(tracker.needs_frame());
    EXPECT_THAT(test::message_of<UsageError>([&] {
                    tracker.update({.boxes = {box_at(1), box_at(200)}, .features = {{1.0f, 0.0f}}});
                }),
                AllOf(HasSubstr("1 features"), HasSubstr("2 detections")));
    // None, of another length, not a number: they say nothing, and nothing breaks.
    for (const std::vector<float>& feature :
         std::vector<std::vector<float>>{{1, 0}, {}, {0, 0}, {NAN, 1}, {1, 0, 0}, {INFINITY, 0}})
        EXPECT_THAT(ids_of(tracker.update({.boxes = {box_at(100)}, .features = {feature}})), ElementsAre(1));
}

TEST(Tracker, looks_tell_apart_what_crosses) {
    // Two objects stand still, then change places from one frame to the next.
    const std::vector<float> red{1, 0}, blue{0, 1};
    for (const bool with_reid : {false, true}) {
        Tracker tracker(
            {.type = "botsort",
             .settings = {{"with_reid", with_reid}, {"gmc_method", "none"}, {"proximity_thresh", 0.1}}});
        for (int frame = 0; frame < 4; ++frame)
            tracker.update({.boxes = {box_at(100), box_at(115)}, .features = {red, blue}});
        const Tracks tracks = tracker.update({.boxes = {box_at(100), box_at(115)}, .features = {blue, red}});
        ASSERT_THAT(ids_of(tracks), ElementsAre(1, 2));
        EXPECT_THAT(tracks.indices, with_reid ? ElementsAre(1, 0) : ElementsAre(0, 1));
    }
}

TEST(Tracker, says_when_nothing_is_confirmed_yet) {
    Tracker tracker({.type = "tracktrack", .settings = {{"gmc_method", "none"}}});
    EXPECT_FALSE(tracker.update({}).unconfirmed);
    EXPECT_TRUE(tracker.update({.boxes = {box_at(100)}}).unconfirmed);
    EXPECT_FALSE(tracker.update({.boxes = {box_at(100)}}).size() > 0);
    EXPECT_EQ(tracker.update({.boxes = {box_at(100)}}).size(), 1U);
}

TEST(Tracker, may_be_moved) {
    Tracker first({.type = "bytetrack"});
    first.update({.boxes = {box_at(100)}});
    Tracker second = std::move(first);
    EXPECT_THAT(ids_of(second.update({.boxes = {box_at(101)}})), ElementsAre(1));
}

}  // namespace
}  // namespace yolo
