// SPDX-License-Identifier: Apache-2.0
#include "track/camera_motion.hpp"

#include <new>
#include <utility>
#include <vector>

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
    const cv::Mat& half = half_.of(picture, pixels.format);
    const float across = static_cast<float>(half.cols) / static_cast<float>(picture.cols);
    const float down = static_cast<float>(half.rows) / static_cast<float>(picture.rows);
    std::vector<image::Box4> boxes;
    boxes.reserve(moving.size());
    for (const auto& [x1, y1, x2, y2] : moving)
        boxes.push_back({x1 * across, y1 * down, x2 * across, y2 * down});
    Warp motion = estimator_->estimate(half, boxes);
    motion(0, 2) /= static_cast<double>(across);
    motion(1, 2) /= static_cast<double>(down);
    return motion;
}

}  // namespace yolo::track
