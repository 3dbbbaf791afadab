// SPDX-License-Identifier: Apache-2.0
#include "track/half_gray.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace yolo::track {
namespace {

struct Case {
    PixelFormat format;
    int type, conversion;
};

TEST(HalfGray, IsWhatOpencvMakes) {
    HalfGray half;  // memory of other sizes is used again
    cv::RNG random(4);
    for (const cv::Size size : {cv::Size(768, 576), cv::Size(34, 6), cv::Size(36, 2), cv::Size(98, 50),
                                cv::Size(97, 50), cv::Size(130, 131), cv::Size(2, 2), cv::Size(3, 3)}) {
        for (const auto& [format, type, conversion] :
             {Case{PixelFormat::bgr, CV_8UC3, cv::COLOR_BGR2GRAY},
              Case{PixelFormat::rgb, CV_8UC3, cv::COLOR_RGB2GRAY},
              Case{PixelFormat::bgra, CV_8UC4, cv::COLOR_BGRA2GRAY},
              Case{PixelFormat::rgba, CV_8UC4, cv::COLOR_RGBA2GRAY}, Case{PixelFormat::gray, CV_8UC1, -1}}) {
            cv::Mat whole(size.height + 2, size.width + 5, type), gray, wanted;
            random.fill(whole, cv::RNG::UNIFORM, 0, 256);
            const cv::Mat picture =
                whole(cv::Rect(cv::Point(3, 1), size));  // rows with something between them
            if (conversion < 0) {
                gray = picture;
            } else {
                cv::cvtColor(picture, gray, conversion);
            }
            cv::resize(gray, wanted, {size.width / 2, size.height / 2});
            const cv::Mat& made = half.of(picture, format);
            ASSERT_EQ(made.size(), wanted.size());
            EXPECT_EQ(cv::norm(made, wanted, cv::NORM_INF), 0) << size << " type " << type;
        }
    }
}

}  // namespace
}  // namespace yolo::track
