// SPDX-License-Identifier: Apache-2.0
/// \file The ways to tell how the camera moved.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>

#include "track/motion_plugin.hpp"

namespace yolo::track {

/// Corners of the frame before, found again by optical flow.
std::unique_ptr<MotionEstimator> make_flow_motion();
/// Key points of both frames by their descriptors: "orb" or "sift".
std::unique_ptr<MotionEstimator> make_feature_motion(std::string_view method);
/// The Euclidean motion under which the two pictures correlate best.
std::unique_ptr<MotionEstimator> make_ecc_motion();

/// The turn, scale and shift that most of the pairs agree on (RANSAC); none for fewer than five pairs.
Warp partial_affine(const std::vector<cv::Point2f>& from, const std::vector<cv::Point2f>& to);
/// Of a (2, 3) matrix of any depth; none when it is empty or not finite.
Warp to_warp(const cv::Mat& matrix);

}  // namespace yolo::track
