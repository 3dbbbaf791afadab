// SPDX-License-Identifier: Apache-2.0
#include "track/camera_motion.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "image/codec.hpp"
#include "support/golden_case.hpp"

namespace yolo::track {
namespace {

constexpr const char* methods[] = {"sparseOptFlow", "orb", "sift", "ecc"};

ImageView view(const cv::Mat& pixels) {
    return {pixels.data, pixels.rows, pixels.cols,
            pixels.channels() == 1 ? PixelFormat::gray : PixelFormat::bgr, pixels.step[0]};
}

cv::Mat golden_frame(const test::GoldenCase& golden, std::size_t number) {
    const std::string pattern = golden.json.at("frames");
    const auto folder = test::golden_dir() / "trackers" / pattern.substr(0, pattern.find('/'));
    return image::read_image(folder / fmt::format("{:03}.jpg", number));
}

/// How far from each other two motions bring the centre of the picture.
double apart(const Warp& a, const Warp& b, cv::Size size) {
    const Eigen::Vector2d center(size.width / 2.0, size.height / 2.0);
    return ((a.leftCols<2>() - b.leftCols<2>()) * center + a.col(2) - b.col(2)).norm();
}

/// One motion after the other.
std::vector<Warp> stored_warps(const test::GoldenCase& golden, const std::string& method) {
    std::vector<double> values;
    if (golden.has("warp") && golden.json.at("settings").at("gmc_method") == method)
        values = test::tensor(golden.tensors, "warp").as<double>();
    for (int i = 0; golden.has(fmt::format("{}{:03}", method, i)); ++i) {
        const auto& stored = test::tensor(golden.tensors, fmt::format("{}{:03}", method, i));
        if (stored.dtype == "F32") {
            for (const float value : stored.floats()) values.push_back(value);
        } else {
            for (const double value : stored.as<double>()) values.push_back(value);
        }
    }
    std::vector<Warp> warps(values.size() / 6);
    for (std::size_t i = 0; i < warps.size(); ++i)
        for (int k = 0; k < 6; ++k) warps[i](k / 3, k % 3) = values[6 * i + static_cast<std::size_t>(k)];
    return warps;
}

TEST(CameraMotion, goldens) {
    YOLO_REQUIRE_GOLDEN("trackers");
    std::size_t frames = 0;
    for (const test::GoldenCase& golden : test::golden_cases("trackers")) {
        if (!golden.json.contains("frames")) continue;
        for (const std::string method : methods) {
            const std::vector<Warp> wanted = stored_warps(golden, method);
            CameraMotion motion(method);
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                const cv::Mat frame = golden_frame(golden, i);
                EXPECT_LE(apart(motion.estimate(view(frame), {}), wanted[i], frame.size()), 0.5)
                    << golden.name << " " << method << " frame " << i;
            }
            frames += wanted.size();
        }
    }
    EXPECT_GT(frames, 0U);
}

/// Noise that optical flow can hold on to.
cv::Mat texture(cv::Size size) {
    cv::Mat pixels(size, CV_8U);
    cv::RNG random(5);
    random.fill(pixels, cv::RNG::UNIFORM, 0, 255);
    cv::GaussianBlur(pixels, pixels, {9, 9}, 2);
    cv::normalize(pixels, pixels, 0, 255, cv::NORM_MINMAX);
    return pixels;
}

cv::Mat shifted(const cv::Mat& picture, double x, double y) {
    const cv::Mat_<double> warp = (cv::Mat_<double>(2, 3) << 1, 0, x, 0, 1, y);
    cv::Mat moved;
    cv::warpAffine(picture, moved, warp, picture.size(), cv::INTER_LINEAR, cv::BORDER_REFLECT);
    return moved;
}

TEST(CameraMotion, finds_a_shift) {
    const cv::Mat picture = texture({320, 240});
    for (const char* method : methods) {
        CameraMotion motion(method);
        EXPECT_EQ(motion.estimate(view(picture), {}), no_motion()) << method;
        Warp wanted = no_motion();
        wanted.col(2) << 4, -2;
        EXPECT_LE(apart(motion.estimate(view(shifted(picture, 4, -2)), {}), wanted, picture.size()), 0.5)
            << method;
    }
}

TEST(CameraMotion, begins_anew_with_another_size) {
    for (const char* method : methods) {
        CameraMotion motion(method);
        motion.estimate(view(texture({320, 240})), {});
        EXPECT_EQ(motion.estimate(view(texture({200, 240})), {}), no_motion()) << method;
        EXPECT_EQ(motion.estimate({}, {}), no_motion()) << method;
    }
}

TEST(CameraMotion, stands_still_where_there_is_nothing_to_see) {
    const image::Box4 everywhere{-10, -10, 1e7f, 1e7f};
    for (const char* method : methods) {
        for (const cv::Size size : {cv::Size(64, 48), cv::Size(8, 8), cv::Size(2, 2), cv::Size(1, 1)}) {
            CameraMotion motion(method);
            const cv::Mat black(size, CV_8U, cv::Scalar(0));
            for (int i = 0; i < 3; ++i) {
                EXPECT_EQ(motion.estimate(view(black), std::span(&everywhere, 1)), no_motion())
                    << method << " " << size.width;
            }
        }
    }
}

}  // namespace
}  // namespace yolo::track
