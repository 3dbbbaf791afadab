// SPDX-License-Identifier: Apache-2.0
#include "image/labels.hpp"

#include <gmock/gmock.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace yolo::image {
namespace {

constexpr Size picture_size{480, 640};

Color color_of(std::size_t i) {
    return {static_cast<std::uint8_t>(50 + i % 200), static_cast<std::uint8_t>(50 + i / 200), 255};
}

/// A picture with a label for each box, in that order, each in a colour of its own.
cv::Mat labelled(const std::vector<cv::Rect>& boxes, Size size = picture_size,
                 const std::string& text = "person 0.87") {
    Labels labels(size, lettering(size, 0, false));
    for (std::size_t i = 0; i < boxes.size(); ++i)
        labels.add(
            boxes[i],
            label_anchor(Box{static_cast<float>(boxes[i].x), static_cast<float>(boxes[i].y), 0, 0}, size),
            text, color_of(i));
    cv::Mat picture = cv::Mat::zeros(size.height, size.width, CV_8UC3);
    labels.draw(picture);
    return picture;
}

/// The rectangle that has the colour of box i; letters leave holes in it.
cv::Rect place_of(const cv::Mat& picture, std::size_t i) {
    cv::Mat same;
    const Color color = color_of(i);
    cv::inRange(picture, color, color, same);
    return cv::boundingRect(same);
}

/// Of every label as many pixels are seen as of one that is alone.
void expect_all_readable(const std::vector<cv::Rect>& boxes, Size size = picture_size) {
    const cv::Mat picture = labelled(boxes, size);
    const cv::Size whole = place_of(labelled({cv::Rect(200, 200, 20, 20)}, {480, 640}), 0).size();
    const cv::Size alone = size == picture_size
                               ? whole
                               : place_of(labelled({cv::Rect(10, size.height / 2, 20, 20)}, size), 0).size();
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const cv::Rect place = place_of(picture, i);
        EXPECT_EQ(place.size(), alone) << "label " << i;
        for (std::size_t k = 0; k < i; ++k)
            EXPECT_TRUE((place & place_of(picture, k)).empty()) << "labels " << i << ", " << k;
    }
}

TEST(Labels, StandAboveWhereNothingIsInTheWay) {
    const cv::Mat picture = labelled({{100, 200, 50, 100}, {400, 200, 50, 100}});
    EXPECT_EQ(place_of(picture, 0).tl().x, 100);
    EXPECT_EQ(place_of(picture, 0).br().y, 200);
    EXPECT_EQ(place_of(picture, 1).br().y, 200);
}

TEST(Labels, MoveBelowThenBesideWithoutHidingHeads) {
    const std::vector<cv::Rect> boxes(3, cv::Rect(100, 200, 50, 100));
    const cv::Mat picture = labelled(boxes);
    EXPECT_EQ(place_of(picture, 0).br().y, 200);
    EXPECT_EQ(place_of(picture, 1).y, 300);
    EXPECT_TRUE((place_of(picture, 2) & cv::Rect(100, 200, 50, 25)).empty());
    expect_all_readable(boxes);
    const std::vector<cv::Rect> under_an_edge = {{100, 0, 50, 480}, {100, 5, 50, 470}};
    expect_all_readable(under_an_edge);
}

TEST(Labels, OfACrowdAreAllReadable) {
    std::vector<cv::Rect> boxes;
    for (int i = 0; i < 12; ++i) boxes.emplace_back(280 + 7 * (i % 4), 200 + 5 * i, 40, 90);
    expect_all_readable(boxes);
    for (cv::Rect& box : boxes) box -= boxes.front().tl();  // in the corner of the picture
    expect_all_readable(boxes);
    boxes.clear();
    for (int i = 0; i < 7; ++i) boxes.emplace_back(100 + 20 * i, 90 + 7 * i, 20, 45);
    expect_all_readable(boxes, {240, 320});
}

TEST(Labels, TheFirstIsOnTopWhereThereIsNoRoom) {
    const cv::Mat picture = labelled(std::vector<cv::Rect>(100, cv::Rect(30, 20, 10, 10)), {60, 200});
    EXPECT_EQ(place_of(picture, 0).size(),
              place_of(labelled({cv::Rect(30, 20, 10, 10)}, {60, 200}), 0).size());
}

TEST(Labels, GiveWayToWhatWasPut) {
    Labels labels(picture_size, lettering(picture_size, 0, false));
    labels.put(labels.set("a region's label"), {100, 180}, color_of(0));
    labels.add({110, 200, 50, 100}, {110, 200}, "person", color_of(1));
    cv::Mat picture = cv::Mat::zeros(picture_size.height, picture_size.width, CV_8UC3);
    labels.draw(picture);
    EXPECT_EQ(place_of(picture, 1).y, 300);
}

TEST(Labels, DoNotJumpWhileObjectsTremble) {
    LabelMemory memory;
    const auto place = [&](int left) {
        Labels labels(picture_size, lettering(picture_size, 0, false), &memory);
        labels.add({100, 200, 50, 100}, {100, 200}, "person 0.87", color_of(0), 1);
        labels.add({left, 200, 50, 100}, {left, 200}, "person 0.87", color_of(1), 2);
        cv::Mat picture = cv::Mat::zeros(picture_size.height, picture_size.width, CV_8UC3);
        labels.draw(picture);
        EXPECT_EQ(place_of(picture, 0).br().y, 200);
        return place_of(picture, 1).y;
    };
    EXPECT_EQ(place(150), 300) << "below";
    for (int i = 0; i < 40; ++i) EXPECT_EQ(place(i % 3 == 0 ? 150 : 400), 300) << i;
    for (int i = 0; i < 12; ++i) place(400);
    EXPECT_LT(place(400), 200) << "above again";
}

TEST(Labels, DrawAnyNumberOfThem) {
    std::vector<cv::Rect> boxes;
    cv::RNG random(1);
    for (int i = 0; i < 2000; ++i)
        boxes.emplace_back(random.uniform(-50, 640), random.uniform(-50, 480), 30, 30);
    EXPECT_EQ(cv::norm(labelled(boxes), labelled(boxes), cv::NORM_INF), 0) << "the same each time";
    EXPECT_FALSE(labelled(boxes, {1, 1}).empty());
}

TEST(TakenPlaces, CountsPixelsAsAPlainLoopDoes) {
    cv::RNG random(5);
    TakenPlaces taken({100, 120}, 7);
    std::vector<cv::Rect> all;
    const auto any = [&] {
        return cv::Rect(random.uniform(-20, 120), random.uniform(-20, 110), random.uniform(1, 40),
                        random.uniform(1, 30));
    };
    for (int i = 0; i < 200; ++i) {
        const cv::Rect asked = any();
        int pixels = 0;
        for (const cv::Rect& other : all) pixels += (other & asked).area();
        EXPECT_EQ(taken.overlap(asked), pixels) << asked;
        all.push_back(any() & cv::Rect(0, 0, 120, 100));
        taken.take(all.back());
    }
}

}  // namespace
}  // namespace yolo::image
