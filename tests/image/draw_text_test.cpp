// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <gmock/gmock.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "image/draw.hpp"

namespace yolo::image {
namespace {

const Color blue = class_color(0);

cv::Mat labelled(Size size, cv::Point anchor, const std::string& text, bool typeset) {
    cv::Mat picture = cv::Mat::zeros(size.height, size.width, CV_8UC3);
    draw_label(picture, anchor, text, blue, lettering(size, 0, typeset));
    return picture;
}

bool same(const cv::Mat& a, const cv::Mat& b) {
    return cv::norm(a, b, cv::NORM_INF) == 0;
}

/// The rectangle of a label: everything that is not black.
cv::Rect painted_part(const cv::Mat& picture) {
    cv::Mat any;
    cv::reduce(picture.reshape(1, picture.rows * picture.cols), any, 1, cv::REDUCE_MAX);
    any = any.reshape(1, picture.rows);
    return cv::boundingRect(any);
}

class Label : public ::testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        if (GetParam() && !lettering({480, 640}, 0, true).typeset)
            GTEST_SKIP() << "the plug-in yolo_text is not built";
    }
};

TEST_P(Label, StandsOnItsAnchor) {
    const cv::Rect part = painted_part(labelled({480, 640}, {100, 200}, "person 0.87", GetParam()));
    EXPECT_EQ(part.x, 100);
    EXPECT_THAT(part.br().y, testing::AllOf(testing::Ge(200), testing::Le(206)));  // the p hangs over
    EXPECT_THAT(part.height, testing::AllOf(testing::Ge(12), testing::Le(40)));
    EXPECT_THAT(part.width, testing::AllOf(testing::Ge(80), testing::Le(200)));
}

TEST_P(Label, HangsBelowWhereThereIsNoRoom) {
    const cv::Rect part = painted_part(labelled({480, 640}, {100, 5}, "person 0.87", GetParam()));
    EXPECT_EQ(part.y, 5);
}

TEST_P(Label, MovesLeftAtTheRightEdge) {
    const cv::Rect part = painted_part(labelled({480, 640}, {630, 200}, "person 0.87", GetParam()));
    EXPECT_EQ(part.br().x, 640);
    EXPECT_GT(part.width, 80);
}

TEST_P(Label, LongNamesShowTheirBeginning) {
    const std::string name(3000, 'x');
    const cv::Rect part = painted_part(labelled({480, 640}, {300, 200}, name, GetParam()));
    EXPECT_EQ(part.x, 0);
    EXPECT_GT(part.width, 600);
}

TEST_P(Label, MovesUpAtTheLowerEdgeOfAFlatPicture) {
    const cv::Mat picture = labelled({22, 1000}, {100, 12}, "person 0.87", GetParam());
    EXPECT_TRUE(same(picture, labelled({22, 1000}, {100, 5}, "person 0.87", GetParam())));
    EXPECT_GE(painted_part(picture).height, 12) << "whole letters";
}

TEST_P(Label, FitsNowhereInATinyPictureAndStillDraws) {
    EXPECT_FALSE(painted_part(labelled({8, 8}, {3, 3}, "person 0.87", GetParam())).empty());
    EXPECT_FALSE(painted_part(labelled({1, 1}, {0, 0}, "person 0.87", GetParam())).empty());
}

TEST_P(Label, ControlCharactersAreBlanks) {
    EXPECT_TRUE(same(labelled({480, 640}, {10, 200}, "a\nb\tc", GetParam()),
                     labelled({480, 640}, {10, 200}, "a b c", GetParam())));
}

TEST_P(Label, IsTheSameFromEveryThread) {
    const cv::Mat expected = labelled({480, 640}, {10, 200}, "Größe 0.87", GetParam());
    std::vector<cv::Mat> pictures(8);
    std::vector<std::thread> threads;
    for (cv::Mat& picture : pictures) {
        threads.emplace_back([&picture] {
            for (int i = 0; i < 20; ++i) picture = labelled({480, 640}, {10, 200}, "Größe 0.87", GetParam());
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const cv::Mat& picture : pictures) EXPECT_TRUE(same(picture, expected));
}

INSTANTIATE_TEST_SUITE_P(Lettering, Label, testing::Bool(),
                         [](const auto& label) { return label.param ? "Typeset" : "Strokes"; });

TEST(TypesetText, ShowsWhatStrokesCannot) {
    if (!lettering({480, 640}, 0, true).typeset) GTEST_SKIP() << "the plug-in yolo_text is not built";
    const auto picture = [](const char* text, bool typeset) {
        return labelled({480, 640}, {10, 200}, text, typeset);
    };
    EXPECT_FALSE(same(picture("дом", true), picture("мод", true)));
    EXPECT_TRUE(same(picture("дом", false), picture("мод", false)));
    EXPECT_TRUE(same(picture("дом", false), picture("???", false)));
    EXPECT_FALSE(same(picture("Größe", true), picture("Gr??e", true)));
}

TEST(TypesetText, BrokenUtf8IsDrawn) {
    EXPECT_FALSE(painted_part(labelled({480, 640}, {10, 200}, "a\xFF\xC3", true)).empty());
    EXPECT_FALSE(painted_part(labelled({480, 640}, {10, 200}, "a\xFF\xC3", false)).empty());
}

TEST(Strokes, MarksOfDirectionAreNotShown) {
    EXPECT_TRUE(same(labelled({480, 640}, {10, 200}, "\u2068ab\u2069", false),
                     labelled({480, 640}, {10, 200}, "ab", false)));
}

TEST(LetteringSize, FollowsThePictureAndTheLineWidth) {
    EXPECT_EQ(lettering({480, 640}, 0, false).font_pixels, 20);  // round(560 * 0.035)
    EXPECT_EQ(lettering({28, 28}, 0, false).font_pixels, 12);
    EXPECT_EQ(lettering({480, 640}, 0, false).stroke_scale, 2 / 3.0);
    EXPECT_EQ(lettering({480, 640}, 0, false).stroke_width, 1);
    EXPECT_EQ(lettering({480, 640}, 6, false).stroke_scale, 2);
    EXPECT_EQ(lettering({480, 640}, 6, false).stroke_width, 5);
    EXPECT_GT(lettering({480, 640}, 6, false).font_pixels, 40);
}

TEST(LetteringSize, OfSmallPicturesIsSmallerInBothKinds) {
    const Lettering small = lettering({240, 320}, 0, false);
    EXPECT_EQ(small.font_pixels, 12);
    EXPECT_NEAR(small.stroke_scale, 12 / 9.6 / 3, 1e-9);
    EXPECT_EQ(lettering({240, 320}, 2, false).stroke_scale, 2 / 3.0) << "as asked for";
}

TEST(LetteringSize, IsWhatIsAskedForWhateverTheLineWidth) {
    for (const int line_width : {0, 1, 9}) {
        const Lettering asked = lettering({4000, 6000}, line_width, false, 29);
        EXPECT_EQ(asked.font_pixels, 29);
        EXPECT_NEAR(asked.stroke_scale, 1, 0.01);
        EXPECT_EQ(asked.stroke_width, 2);
    }
    EXPECT_EQ(lettering({480, 640}, 0, false, 1).stroke_width, 1);
}

TEST(TextBlock, StandsAtThreePercent) {
    for (const bool typeset : {false, true}) {
        cv::Mat picture = cv::Mat::zeros(400, 600, CV_8UC3);
        draw_text_block(picture, {"cat 0.90", "dog 0.05", "bird 0.01"}, lettering({400, 600}, 0, typeset));
        const cv::Rect part = painted_part(picture);
        EXPECT_EQ(part.tl(), cv::Point(12, 12));
        EXPECT_THAT(part.height, testing::AllOf(testing::Ge(40), testing::Le(120)));
    }
}

TEST(TextBlock, MovesLeftInANarrowPicture) {
    for (const bool typeset : {false, true}) {
        cv::Mat wide = cv::Mat::zeros(1000, 600, CV_8UC3), narrow;
        const Lettering letters = lettering({40, 40}, 0, typeset);
        draw_text_block(wide, {"cat 0.90"}, letters);
        const int width = painted_part(wide).width;
        narrow = cv::Mat::zeros(1000, width + 10, CV_8UC3);
        draw_text_block(narrow, {"cat 0.90"}, letters);
        EXPECT_EQ(painted_part(narrow), cv::Rect(10, 30, width, painted_part(wide).height));
    }
}

TEST(TextBlock, ShowsTheLinesThatFit) {
    const std::vector<std::string> lines = {"a 0.90", "b 0.05", "c 0.03", "d 0.01", "e 0.01"};
    for (const bool typeset : {false, true}) {
        for (const Size size : {Size{20, 60}, Size{28, 28}, Size{64, 64}, Size{1, 1}}) {
            const auto block = [&](std::size_t count) {
                cv::Mat picture = cv::Mat::zeros(size.height, size.width, CV_8UC3);
                draw_text_block(picture, {lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count)},
                                lettering(size, 0, typeset));
                return picture;
            };
            const cv::Mat all = block(5);
            int fewer = 0;
            for (std::size_t count = 1; count < 5; ++count) fewer += same(all, block(count)) ? 1 : 0;
            EXPECT_GE(fewer, 1) << size.height << " rows, typeset " << typeset;
        }
    }
}

}  // namespace
}  // namespace yolo::image
