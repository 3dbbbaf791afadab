// SPDX-License-Identifier: Apache-2.0
#include "track/kalman.hpp"

#include <algorithm>

#include <Eigen/Cholesky>

namespace yolo::track {

namespace {

constexpr double position_weight = 1.0 / 20, velocity_weight = 1.0 / 160;
/// A box without width or height has no noise of its own: this keeps what is inverted invertible.
constexpr double least_variance = 1e-12;

/// The sizes that the noise is a share of; the aspect has noise of its own.
Vector4 scale_of(Measured form, double third, double fourth) {
    if (form == Measured::xyah) return {fourth, fourth, 0, fourth};
    return {third, fourth, third, fourth};
}

Vector8 variances(Measured form, const Vector4& scale, double position, double velocity, double aspect,
                  double aspect_velocity) {
    Vector8 deviation;
    deviation << position * scale, velocity * scale;
    if (form == Measured::xyah) {
        deviation[2] = aspect;
        deviation[6] = aspect_velocity;
    }
    return deviation.cwiseAbs2();
}

}  // namespace

KalmanState start_filter(Measured form, const Vector4& measurement) {
    KalmanState state;
    state.mean.head<4>() = measurement;
    state.covariance.diagonal() = variances(form, scale_of(form, measurement[2], measurement[3]),
                                            2 * position_weight, 10 * velocity_weight, 1e-2, 1e-5);
    return state;
}

void predict(Measured form, KalmanState& state) {
    const Vector8 noise = variances(form, scale_of(form, state.mean[2], state.mean[3]), position_weight,
                                    velocity_weight, 1e-2, 1e-5);
    state.mean.head<4>() += state.mean.tail<4>();
    // F P F' with F = [[I, I], [0, I]], block by block.
    auto place = state.covariance.topLeftCorner<4, 4>();
    auto upper = state.covariance.topRightCorner<4, 4>();
    auto lower = state.covariance.bottomLeftCorner<4, 4>();
    const auto velocity = state.covariance.bottomRightCorner<4, 4>();
    place += upper + lower + velocity;
    upper += velocity;
    lower += velocity;
    state.covariance.diagonal() += noise;
}

Projection project(Measured form, const KalmanState& state, double noise) {
    const Vector8 deviation =
        variances(form, scale_of(form, state.mean[2], state.mean[3]), position_weight, 0, 1e-1, 0);
    Projection seen{state.mean.head<4>(), state.covariance.topLeftCorner<4, 4>()};
    seen.covariance.diagonal() += (noise * deviation.head<4>()).cwiseMax(least_variance);
    return seen;
}

void correct(Measured form, KalmanState& state, const Vector4& measurement, double noise) {
    const Projection seen = project(form, state, noise);
    const Eigen::LLT<Matrix4> factor(seen.covariance);
    // K = P H' S^-1 and K S K' = W W' with W' = L^-1 H P.
    const Eigen::Matrix<double, 4, 8> rows = state.covariance.topRows<4>();
    const Eigen::Matrix<double, 4, 8> half = factor.matrixL().solve(rows);
    const Vector4 innovation = factor.matrixL().solve(measurement - seen.mean);
    state.mean.noalias() += half.transpose() * innovation;
    state.covariance.noalias() -= half.transpose() * half;
}

}  // namespace yolo::track
