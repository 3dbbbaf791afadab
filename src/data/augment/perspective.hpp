// SPDX-License-Identifier: Apache-2.0
/// \file Random rotation, scale, shear, translation and perspective of a picture and its objects.
#pragma once

#include <opencv2/core/matx.hpp>
#include <opencv2/core/types.hpp>

#include "data/augment/instances.hpp"
#include "data/augmentation.hpp"
#include "data/random.hpp"

namespace yolo::data {

/// The drawn numbers.
struct PerspectiveDraw {
    double perspective_x = 0, perspective_y = 0;
    double angle = 0;  ///< degrees
    double scale = 1;
    double shear_x = 0, shear_y = 0;              ///< degrees
    double translate_x = 0.5, translate_y = 0.5;  ///< shares of the output where the middle comes to lie
};

PerspectiveDraw draw_perspective(const Augmentation& augmentation, Random random);

/// From pixels of the input to pixels of the output: T * S * R * P * C, computed in float32 as the labels
/// are.
cv::Matx33f perspective_matrix(const PerspectiveDraw& draw, Size input, Size output);

/// The picture under the matrix; what lies outside of it is 114. `out` has its size and type already.
void warp_picture(const cv::Mat& picture, const cv::Matx33f& matrix, cv::Mat& out);

/// The part of the input that warp_picture() reads. Of a projection: all of it.
cv::Rect visible_part(const cv::Matx33f& matrix, Size input, Size output);

/// The objects under the matrix, limited to the output, without those of which too little is left.
void warp_instances(Instances& instances, const cv::Matx33f& matrix, double scale, Size output,
                    OutlineKind kind);

/// An object is kept when it is larger than 2 pixels each way, keeps more than `least_share` of its area, and
/// its sides differ by less than 100 times.
bool is_candidate(const image::Box4& before, const image::Box4& after, float least_share);

}  // namespace yolo::data
