// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/model_info.hpp>

#include "data/shapes/random.hpp"

namespace yolo::data {

/// A shape on a picture, in pixels.
struct ShapeObject {
    int class_id = 0;
    std::vector<cv::Point2f> outline;    ///< of the whole shape
    std::vector<cv::Point2f> keypoints;  ///< pose
    cv::RotatedRect rectangle;           ///< around the whole shape, along its own axes
};

/// A picture and where its shapes are. Later shapes cover earlier ones.
struct Scene {
    cv::Mat picture;  ///< (h, w, 3) uint8 BGR
    cv::Mat owner;    ///< (h, w) int32: the shape that a pixel shows, from 1; 0 = background
    std::vector<ShapeObject> objects;
};

/// The classes of a task: outlines that differ in form, never only in colour.
const std::vector<std::string>& shape_names(Task task);

Scene draw_scene(Task task, cv::Size size, ShapeRandom& random);
/// classify: one large shape of that class.
Scene draw_single(int class_id, cv::Size size, ShapeRandom& random);

}  // namespace yolo::data
