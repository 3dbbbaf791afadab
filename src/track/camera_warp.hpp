// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

namespace yolo::track {

/// How the picture moved from the frame before: (2, 3), a point p goes to W[:, :2] p + W[:, 2], in pixels.
using Warp = Eigen::Matrix<double, 2, 3>;

inline Warp no_motion() {
    return Warp::Identity();
}

}  // namespace yolo::track
