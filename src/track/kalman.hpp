// SPDX-License-Identifier: Apache-2.0
/// \file The filters of all trackers: a box moves with constant velocity (Kalman 1960, in the form of
/// DeepSORT, Wojke et al., arXiv:1703.07402), its noise is a share of its own size.
#pragma once

#include <Eigen/Core>

namespace yolo::track {

using Vector4 = Eigen::Matrix<double, 4, 1>;
using Matrix4 = Eigen::Matrix<double, 4, 4>;
using Vector8 = Eigen::Matrix<double, 8, 1>;
using Matrix8 = Eigen::Matrix<double, 8, 8>;

/// What the filter follows beside the centre.
enum class Measured {
    xyah,  ///< centre, width / height, height
    xywh   ///< centre, width, height
};

/// Four measured values in pixels (the aspect has no unit), then their velocities per frame.
struct KalmanState {
    Vector8 mean = Vector8::Zero();
    Matrix8 covariance = Matrix8::Zero();
};

/// The measured four and how uncertain they are, noise of the measurement included.
struct Projection {
    Vector4 mean;
    Matrix4 covariance;
};

/// At rest where it was measured first.
KalmanState start_filter(Measured form, const Vector4& measurement);
/// One frame later.
void predict(Measured form, KalmanState& state);
/// What a measurement is compared with; its variance is multiplied by `noise` (NSA Kalman, arXiv:2202.13514,
/// equation 8).
Projection project(Measured form, const KalmanState& state, double noise = 1);
void correct(Measured form, KalmanState& state, const Vector4& measurement, double noise = 1);

}  // namespace yolo::track
