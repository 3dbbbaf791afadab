// SPDX-License-Identifier: Apache-2.0
#include "track/camera_motion.hpp"

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "core/plugin.hpp"
#include "image/view_mat.hpp"
#include "track/motion_plugin.hpp"

namespace yolo::track {

namespace {

std::unique_ptr<MotionEstimator> make_estimator(const std::string& method) {
    auto* make = reinterpret_cast<MakeMotionEstimator*>(
        plugin_symbol(motion_library, make_motion_estimator_name, "following the camera (gmc_method)"));
    std::unique_ptr<MotionEstimator> estimator(make(method.c_str()));
    if (!estimator) throw std::bad_alloc();
    return estimator;
}

int conversion_to_gray(PixelFormat format) {
    switch (format) {
        case PixelFormat::bgr:
            return cv::COLOR_BGR2GRAY;
        case PixelFormat::rgb:
            return cv::COLOR_RGB2GRAY;
        case PixelFormat::bgra:
            return cv::COLOR_BGRA2GRAY;
        case PixelFormat::rgba:
            return cv::COLOR_RGBA2GRAY;
        case PixelFormat::gray:
            break;
    }
    return -1;
}

/// Rows of the halved picture that are made at once, so that the grey pixels in between stay in the cache.
constexpr int strip_rows = 60;

/// In grey, with half its sides (rounded down). `strip`: memory.
void make_half(const cv::Mat& picture, PixelFormat format, cv::Mat& strip, cv::Mat& half) {
    half.create(picture.rows / 2, picture.cols / 2, CV_8U);
    // Odd sides are not halved exactly: then every row depends on the picture's height.
    const bool exact = picture.rows % 2 == 0 && picture.cols % 2 == 0;
    const int step = exact ? strip_rows : half.rows;
    for (int row = 0; row < half.rows; row += step) {
        const int end = std::min(row + step, half.rows);
        const cv::Mat part = picture.rowRange(2 * row, end == half.rows ? picture.rows : 2 * end);
        cv::Mat to = half.rowRange(row, end);
        if (format != PixelFormat::gray) cv::cvtColor(part, strip, conversion_to_gray(format));
        cv::resize(format == PixelFormat::gray ? part : strip, to, to.size());
    }
}

}  // namespace

CameraMotion::CameraMotion(std::string method) : method_(std::move(method)) {}
CameraMotion::~CameraMotion() = default;
CameraMotion::CameraMotion(CameraMotion&&) noexcept = default;
CameraMotion& CameraMotion::operator=(CameraMotion&&) noexcept = default;

Warp CameraMotion::estimate(const ImageView& pixels, std::span<const image::Box4> moving) {
    const cv::Mat picture = image::view_mat(pixels);
    if (!is_on() || picture.cols < 2 || picture.rows < 2) return no_motion();
    if (!estimator_ || picture.size() != size_) {
        estimator_ = make_estimator(method_);
        size_ = picture.size();
    }
    make_half(picture, pixels.format, strip_, half_);
    const float across = static_cast<float>(half_.cols) / static_cast<float>(picture.cols);
    const float down = static_cast<float>(half_.rows) / static_cast<float>(picture.rows);
    std::vector<image::Box4> boxes;
    boxes.reserve(moving.size());
    for (const auto& [x1, y1, x2, y2] : moving)
        boxes.push_back({x1 * across, y1 * down, x2 * across, y2 * down});
    Warp motion = estimator_->estimate(half_, boxes);
    motion(0, 2) /= static_cast<double>(across);
    motion(1, 2) /= static_cast<double>(down);
    return motion;
}

}  // namespace yolo::track
