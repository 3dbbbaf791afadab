// SPDX-License-Identifier: Apache-2.0
/// \file Counting on lines and in areas, without a model and without a tracker.
#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>

#include <yolo/counter.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"
#include "support/message_of.hpp"

namespace yolo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Size picture{480, 640};

Region line(float x1, float y1, float x2, float y2) {
    return {.name = "line", .points = {{x1, y1}, {x2, y2}}};
}

/// A square of 200 pixels in the middle.
Region area() {
    return {.name = "area", .points = {{220, 140}, {420, 140}, {420, 340}, {220, 340}}};
}

/// A box of 40 x 80 whose feet are there.
Box feet_at(float x, float y, int track_id = 1, int class_id = 0) {
    return {x - 20, y - 80, x + 20, y, 0.9f, class_id, track_id};
}

/// What one object's way does, a frame each second.
RegionTally walk(const Region& region, const std::vector<Point>& way) {
    RegionCounter counter({region});
    double seconds = 0;
    for (const Point& point : way)
        counter.update(Tracks{.boxes = {feet_at(point.x, point.y)}}, picture, seconds++);
    return counter.counts().front().all;
}

TEST(RegionLine, counts_by_direction_as_seen_by_who_walks_along_it) {
    const Region rightwards = line(100, 240, 500, 240);
    EXPECT_EQ(walk(rightwards, {{300, 200}, {300, 280}}).in, 1);
    EXPECT_EQ(walk(rightwards, {{300, 200}, {300, 280}}).out, 0);
    EXPECT_EQ(walk(rightwards, {{300, 280}, {300, 200}}).out, 1);
    EXPECT_EQ(walk(line(500, 240, 100, 240), {{300, 200}, {300, 280}}).out, 1);
    const Region downwards = line(300, 100, 300, 400);  // its right hand is the picture's left
    EXPECT_EQ(walk(downwards, {{340, 200}, {260, 200}}).in, 1);
}

TEST(RegionLine, who_passes_its_ends_does_not_cross_it) {
    const Region region = line(100, 240, 500, 240);
    EXPECT_EQ(walk(region, {{560, 200}, {560, 280}}).in, 0);
    // Around the end, and back through it.
    const RegionTally tally = walk(region, {{450, 200}, {560, 200}, {560, 280}, {450, 280}, {450, 200}});
    EXPECT_EQ(tally.in, 0);
    EXPECT_EQ(tally.out, 1);
}

TEST(RegionLine, who_stands_and_trembles_on_it_crosses_it_once_at_most) {
    const Region region = line(100, 240, 500, 240);
    std::vector<Point> way = {{300, 200}};
    for (int i = 0; i < 50; ++i) way.push_back({300, i % 2 == 0 ? 239.F : 241.F});
    EXPECT_EQ(walk(region, way).in, 0);  // not yet
    way.push_back({300, 280});
    EXPECT_EQ(walk(region, way).in, 1);
    EXPECT_EQ(walk(region, way).out, 0);
    way.back() = {300, 200};
    EXPECT_EQ(walk(region, way).in, 0);
    EXPECT_EQ(walk(region, way).out, 0);
}

TEST(RegionLine, a_stop_exactly_on_it_changes_nothing) {
    EXPECT_EQ(walk(line(100, 240, 500, 240), {{300, 200}, {300, 240}, {300, 240}, {300, 280}}).in, 1);
    EXPECT_EQ(walk(line(100, 240, 500, 240), {{300, 200}, {300, 240}, {300, 200}}).in, 0);
    EXPECT_EQ(walk(line(100, 240, 500, 240), {{300, 240}, {300, 280}}).in, 0);  // was on no side before
}

TEST(RegionLine, one_at_the_border_of_the_picture_can_be_crossed) {
    // A box ends where the picture does: no anchor is more than two pixels beyond this line.
    EXPECT_EQ(walk(line(0, 478, 640, 478), {{300, 400}, {300, 480}}).in, 1);
}

TEST(RegionLine, a_track_that_is_lost_and_found_keeps_its_side) {
    RegionCounter counter({line(100, 240, 500, 240)});
    counter.update(Tracks{.boxes = {feet_at(300, 200)}}, picture, 0);
    for (int i = 1; i < 100; ++i) counter.update(Tracks{}, picture, i);
    counter.update(Tracks{.boxes = {feet_at(320, 280)}}, picture, 100);
    EXPECT_EQ(counter.counts().front().all.in, 1);
    EXPECT_THAT(counter.crossings(), testing::SizeIs(1));
    counter.update(Tracks{}, picture, 101);
    EXPECT_THAT(counter.crossings(), IsEmpty());
    EXPECT_EQ(counter.counts().front().all.in, 1);
}

TEST(RegionLine, rows_without_a_number_do_not_count) {
    RegionCounter counter({line(100, 240, 500, 240)});
    counter.update(Tracks{.boxes = {feet_at(300, 200, -1), feet_at(300, 200, 0)}}, picture, 0);
    counter.update(Tracks{.boxes = {feet_at(300, 280, -1), feet_at(300, 280, 0)}}, picture, 1);
    EXPECT_EQ(counter.counts().front().all.in, 0);
}

TEST(RegionLine, the_class_is_the_one_that_was_seen_most) {
    Region people = line(100, 240, 500, 240);
    people.classes = {0};
    Region all = line(100, 240, 500, 240);
    all.name = "all";
    RegionCounter counter({people, all});
    const auto frame = [&](float y, int class_id) {
        counter.update(Tracks{.boxes = {feet_at(300, y, 1, class_id)}}, picture, 0);
    };
    frame(180, 0);
    frame(190, 0);
    frame(200, 2);
    frame(280, 2);  // as a car, for this frame
    EXPECT_EQ(counter.counts()[0].all.in, 1);
    EXPECT_THAT(counter.counts()[1].classes, testing::SizeIs(1));
    EXPECT_EQ(counter.counts()[1].classes[0].class_id, 0);
    for (int i = 0; i < 4; ++i) frame(280, 2);
    frame(200, 2);
    EXPECT_EQ(counter.counts()[0].all.out, 0);  // by now it is a car
    EXPECT_EQ(counter.counts()[1].classes[1].class_id, 2);
    EXPECT_EQ(counter.counts()[1].classes[1].out, 1);
}

TEST(RegionLine, coordinates_up_to_one_are_shares_of_the_picture) {
    EXPECT_EQ(walk(line(0, 0.5F, 1, 0.5F), {{300, 200}, {300, 280}}).in, 1);
    RegionCounter counter({line(0, 0.5F, 1, 0.5F)});
    counter.update(Tracks{}, picture, 0);
    EXPECT_EQ(counter.counts()[0].points[1].x, 640);
    EXPECT_EQ(counter.counts()[0].points[1].y, 240);
}

TEST(RegionLine, nobody_crosses_because_the_picture_changes_its_size) {
    RegionCounter counter({line(0, 0.5F, 1, 0.5F)});
    counter.update(Tracks{.boxes = {feet_at(300, 200)}}, picture, 0);
    counter.update(Tracks{.boxes = {feet_at(150, 100)}}, {240, 320}, 1);
    counter.update(Tracks{.boxes = {feet_at(300, 200)}}, picture, 2);
    EXPECT_EQ(counter.counts().front().all.in + counter.counts().front().all.out, 0);
}

TEST(RegionLine, the_anchor_can_be_the_centre) {
    Region region = line(100, 240, 500, 240);
    region.anchor = RegionAnchor::center;
    EXPECT_EQ(walk(region, {{300, 200}, {300, 270}}).in, 0);  // its centre is at 230
    EXPECT_EQ(walk(region, {{300, 200}, {300, 300}}).in, 1);
}

TEST(RegionLine, rotated_boxes_are_counted_by_the_upright_box_around_them) {
    const auto turned = [](float y) {
        return RotatedBox{300, y, 80, 20, std::numbers::pi_v<float> / 2, 0.9f, 0, 1};  // ends 40 below
    };
    RegionCounter counter({line(100, 240, 500, 240)});
    counter.update(Tracks{.obb = {turned(190)}}, picture, 0);
    counter.update(Tracks{.obb = {turned(210)}}, picture, 1);
    EXPECT_EQ(counter.counts().front().all.in, 1);
}

TEST(RegionArea, counts_who_enters_leaves_and_is_there) {
    RegionCounter counter({area()});
    const auto frame = [&](float x, double seconds) -> const RegionCounts& {
        return counter.update(Tracks{.boxes = {feet_at(x, 240)}}, picture, seconds).front();
    };
    EXPECT_EQ(frame(150, 10).all.inside, 0);
    EXPECT_EQ(frame(300, 11).all.inside, 1);
    const RegionCounts& counts = frame(320, 13.5);
    ASSERT_EQ(counts.visitors.size(), 1U);
    EXPECT_EQ(counts.visitors[0].track_id, 1);
    EXPECT_DOUBLE_EQ(counts.visitors[0].seconds, 2.5);
    frame(500, 14);
    EXPECT_EQ(counts.all.in, 1);
    EXPECT_EQ(counts.all.out, 1);
    EXPECT_EQ(counts.all.inside, 0);
    EXPECT_EQ(counts.all.visits, 1);
    EXPECT_DOUBLE_EQ(counts.mean_seconds, 2.5);
    frame(300, 20);
    frame(300, 21);  // a second visit, of one second
    EXPECT_EQ(counts.all.in, 2);
    EXPECT_EQ(counts.all.visits, 2);
    EXPECT_DOUBLE_EQ(counts.mean_seconds, 1.75);
    EXPECT_DOUBLE_EQ(counts.longest_seconds, 2.5);
}

TEST(RegionArea, who_appears_in_it_visits_it_without_entering) {
    const RegionTally tally = walk(area(), {{300, 240}, {300, 240}, {500, 240}});
    EXPECT_EQ(tally.in, 0);
    EXPECT_EQ(tally.out, 1);
    EXPECT_EQ(tally.visits, 1);
}

TEST(RegionArea, who_trembles_on_its_edge_enters_once) {
    std::vector<Point> way = {{300, 240}};
    way.front().x = 150;
    for (int i = 0; i < 50; ++i) way.push_back({i % 2 == 0 ? 219.F : 221.F, 240});
    way.push_back({300, 240});
    for (int i = 0; i < 50; ++i) way.push_back({i % 2 == 0 ? 219.F : 221.F, 240});
    EXPECT_EQ(walk(area(), way).in, 1);
    EXPECT_EQ(walk(area(), way).out, 0);
}

TEST(RegionArea, one_that_is_smaller_than_its_objects_can_be_entered) {
    const Region spot{.name = "spot", .points = {{300, 200}, {308, 200}, {308, 208}, {300, 208}}};
    RegionCounter counter({spot});
    counter.update(Tracks{.boxes = {{0, 0, 400, 300, 0.9f, 0, 1}}}, picture, 0);
    counter.update(Tracks{.boxes = {{104, 0, 504, 204, 0.9f, 0, 1}}}, picture, 1);
    EXPECT_EQ(counter.counts().front().all.in, 1);
}

TEST(RegionArea, who_is_not_seen_any_more_is_not_there) {
    RegionCounter counter({area()});
    counter.update(Tracks{.boxes = {feet_at(300, 240)}}, picture, 0);
    EXPECT_EQ(counter.update(Tracks{}, picture, 0.9).front().all.inside, 1);  // a moment
    EXPECT_EQ(counter.update(Tracks{}, picture, 1.1).front().all.inside, 0);
    EXPECT_EQ(counter.counts().front().all.out, 0);
    counter.update(Tracks{.boxes = {feet_at(310, 240)}}, picture, 4);
    EXPECT_EQ(counter.counts().front().all.inside, 1);
    EXPECT_EQ(counter.counts().front().all.visits, 1);
    EXPECT_DOUBLE_EQ(counter.counts().front().longest_seconds, 4);
}

TEST(RegionArea, the_border_of_the_picture_is_no_edge_of_it) {
    // Boxes are cut off there: the feet of who stands there lie on the area's edge, or beyond its last pixel.
    for (const float low : {480.F, 479.F, 600.F}) {
        const Region half{.name = "half", .points = {{0, 0}, {320, 0}, {320, low}, {0, low}}};
        EXPECT_EQ(walk(half, {{100, 480}}).inside, 1) << low;
        EXPECT_EQ(walk(half, {{400, 480}, {200, 480}, {400, 480}}).in, 1) << low;
        EXPECT_EQ(walk(half, {{400, 480}, {200, 480}, {400, 480}}).out, 1) << low;
    }
}

TEST(RegionArea, who_jumps_over_a_narrow_one_has_been_in_it) {
    const Region band{.name = "band", .points = {{20, 240}, {620, 240}, {620, 220}, {20, 220}}};
    const RegionTally tally = walk(band, {{300, 180}, {300, 280}, {300, 290}, {300, 180}});
    EXPECT_EQ(tally.in, 2);
    EXPECT_EQ(tally.out, 2);
    EXPECT_EQ(tally.visits, 2);
    EXPECT_EQ(tally.inside, 0);
    // Past its end, and around a corner of it.
    EXPECT_EQ(walk(band, {{8, 180}, {8, 280}}).in, 0);
    EXPECT_EQ(walk(area(), {{215, 350}, {218, 342}, {223, 343}, {215, 341}, {222, 348}}).in, 0);
}

TEST(RegionArea, needs_no_size_of_the_frame) {
    RegionCounter counter({area(), line(100, 240, 500, 240)});
    counter.update(Tracks{.boxes = {feet_at(150, 200)}}, {}, 0);
    counter.update(Tracks{.boxes = {feet_at(300, 280)}}, {}, 1);
    EXPECT_EQ(counter.counts()[0].all.in, 1);
    EXPECT_EQ(counter.counts()[1].all.in, 1);
}

TEST(RegionArea, may_be_of_any_shape) {
    // A U, open above.
    const Region region{
        .name = "u",
        .points = {
            {200, 100}, {260, 100}, {260, 300}, {380, 300}, {380, 100}, {440, 100}, {440, 360}, {200, 360}}};
    EXPECT_EQ(walk(region, {{230, 90}, {230, 200}}).in, 1);
    EXPECT_EQ(walk(region, {{320, 90}, {320, 200}}).in, 0);
    EXPECT_EQ(walk(region, {{230, 200}, {320, 200}, {410, 200}}).in, 1);
}

TEST(RegionCounter, says_which_regions_lie_outside) {
    const Region around{.name = "around", .points = {{-10, -10}, {700, -10}, {700, 500}, {-10, 500}}};
    const Region far{.name = "far", .points = {{700, 500}, {900, 500}, {900, 700}}};
    Region across = line(-50, 240, 700, 240);
    across.name = "across";
    RegionCounter counter({line(0, 900, 1200, 900), across, around, far, area()});
    counter.update(Tracks{}, picture, 0);
    EXPECT_THAT(counter.outside(), ElementsAre("line", "far"));
}

TEST(RegionCounter, goes_on_with_what_trackers_give) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    RegionCounter counter({line(100, 240, 500, 240), area()});
    counter.update(Tracks{.boxes = {feet_at(300, 200), feet_at(300, 280), feet_at(nan, 3, 2)}}, picture, nan);
    counter.update(Tracks{.boxes = {{300, 300, 300, 300, 0.9f, 0, 1}}}, picture,
                   -5);  // no area; back in time
    EXPECT_EQ(counter.counts()[0].all.in, 1);
    EXPECT_EQ(counter.counts()[1].longest_seconds, 0);
    counter.reset();
    EXPECT_EQ(counter.counts()[0].all.in, 0);
    EXPECT_EQ(counter.counts()[0].name, "line");
}

TEST(RegionCounter, a_stream_without_end_takes_bounded_memory_and_keeps_its_counts) {
    RegionCounter counter({line(100, 240, 500, 240)});
    for (int id = 1; id <= 20000; ++id) {
        counter.update(Tracks{.boxes = {feet_at(300, 200, id)}}, picture, id);
        counter.update(Tracks{.boxes = {feet_at(300, 280, id)}}, picture, id);
    }
    EXPECT_EQ(counter.counts().front().all.in, 20000);
}

class RegionFile : public testing::Test {
  protected:
    std::string write(std::string_view text) const {
        const auto path = test::scratch_dir() / "regions.yaml";
        write_file(path, text);
        return path.string();
    }
    std::string message(std::string_view text) const {
        return test::message_of<UsageError>([&] { read_regions(write(text), names_); });
    }
    const Names names_ = std::make_shared<const std::vector<std::string>>(
        std::vector<std::string>{"person", "bicycle", "car"});
};

TEST_F(RegionFile, numbers_are_one_region) {
    const auto lines = read_regions("0,300,640,300.5");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].name, "line1");
    EXPECT_EQ(lines[0].points[1].y, 300.5F);
    EXPECT_TRUE(read_regions("[0, 300, 640, 300]").front().is_line());
    EXPECT_EQ(read_regions("[[0, 300], [640, 300], [-9, 1e2]]").front().points.size(), 3U);
    EXPECT_EQ(read_regions("0, 0, 9, 0, 9, 9").front().name, "area1");
}

TEST_F(RegionFile, a_file_holds_several) {
    const auto regions = read_regions(write(R"(
regions:
  - {name: door, points: [[0, 0.5], [1, 0.5]], classes: [person, 2], anchor: center, margin: 0.1}
  - points: [[10, 10], [90, 10], [90, 90]]
    classes: car
)"),
                                      names_);
    ASSERT_EQ(regions.size(), 2U);
    EXPECT_EQ(regions[0].name, "door");
    EXPECT_THAT(regions[0].classes, ElementsAre(0, 2));
    EXPECT_EQ(regions[0].anchor, RegionAnchor::center);
    EXPECT_EQ(regions[0].margin, 0.1);
    EXPECT_EQ(regions[1].name, "area2");
    EXPECT_THAT(regions[1].classes, ElementsAre(2));
}

TEST_F(RegionFile, says_what_is_wrong_and_where) {
    EXPECT_THAT(message("regions:\n  - {nme: door, points: [[0, 0], [9, 9]]}"),
                AllOf(HasSubstr("regions.yaml: region 1: there is no key 'nme'"), HasSubstr("name")));
    EXPECT_THAT(message("regions:\n  - {points: [[0, 0], [9, 9]], classes: [persn]}"),
                HasSubstr("no class 'persn' (did you mean person"));
    EXPECT_THAT(message("regions:\n  - {points: [[0, 0], [9, 9]], classes: 3}"), HasSubstr("classes 0 to 2"));
    EXPECT_THAT(message("regions:\n  - {points: [0, 0, 9, 9]}"), HasSubstr("[[x, y], [x, y], ...]"));
    EXPECT_THAT(message("regions:\n  - {name: door}"), HasSubstr("it has no points"));
    EXPECT_THAT(message("regions:\n  - {points: [[0, 0], [9, 9]], margin: 2}"), HasSubstr("0 to 1"));
    EXPECT_THAT(message("regions:\n  - {points: [[0, 0], [9, 9]], anchor: top}"),
                HasSubstr("bottom or center"));
    EXPECT_THAT(message("regions:\n  - {points: [[.nan, 0], [9, 9]]}"), HasSubstr("coordinates are pixels"));
    EXPECT_THAT(
        message("regions:\n  - {name: a, points: [[0, 0], [9, 9]]}\n  - {name: a, points: [[0, 1], [9, 9]]}"),
        HasSubstr("two regions are called 'a'"));
    EXPECT_THAT(message("regions: []"), HasSubstr("there is no region"));
    EXPECT_THAT(message("points: [[0, 0], [9, 9]]"), HasSubstr("is no file of regions"));
    EXPECT_THAT(message("regions: []\nclass: 3"), HasSubstr("'class' beside 'regions'"));
}

TEST_F(RegionFile, says_which_points_are_no_region) {
    const auto wrong = [](const std::string& text) {
        return test::message_of<UsageError>([&] { read_regions(text); });
    };
    EXPECT_THAT(wrong("1,2,3"), HasSubstr("3 numbers are no points"));
    EXPECT_THAT(wrong("1,2"), HasSubstr("has 1 point: a line needs two"));
    EXPECT_THAT(wrong("1,2,1,2"), HasSubstr("two points are the same"));
    EXPECT_THAT(wrong("0,0,9,9,9,0,0,9"), HasSubstr("in their order around it"));  // crosses itself
    EXPECT_THAT(wrong("0,0,5,5,9,9"), HasSubstr("no extent"));
    EXPECT_THAT(wrong("0,0,1e9,5"), HasSubstr("coordinates are pixels"));
    EXPECT_THROW(read_regions("nowhere.yaml"), Error);
}

}  // namespace
}  // namespace yolo
