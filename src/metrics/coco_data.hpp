// SPDX-License-Identifier: Apache-2.0
/// \file Ground truth and detections in the form that COCO's evaluation compares.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/json.hpp"
#include "metrics/run_length.hpp"

namespace yolo::metrics {

/// Added to what COCO's evaluation divides by.
constexpr double coco_eps = std::numeric_limits<double>::epsilon();

using CocoBox = std::array<double, 4>;  ///< x, y of the top left corner, width, height

enum class CocoKind { boxes, masks, keypoints };

struct CocoObject {
    std::int32_t image = 0;     ///< index, in the order of the images' ids
    std::int32_t category = 0;  ///< id
    CocoBox box = {};
    double area = 0;
    bool crowd = false;
    bool ignored = false;  ///< neither asked for nor wrong: crowd, and figures without a labelled point
};

struct CocoDetection {
    std::int32_t image = 0;
    std::int32_t category = 0;
    CocoBox box = {};
    double score = 0;
    double area = 0;
};

struct CocoTruth {
    int images = 0;
    std::vector<std::int32_t> categories = {};  ///< ids, ascending
    std::vector<CocoObject> objects = {};
    std::vector<RunLength> masks = {};        ///< CocoKind::masks: of each object
    std::vector<double> keypoints = {};       ///< CocoKind::keypoints: (objects, K, 3) x, y, visibility
    std::vector<std::string> image_ids = {};  ///< the id of each image as text; none when they are 0, 1, ...
};

struct CocoDetections {
    std::vector<CocoDetection> items = {};
    std::vector<RunLength> masks = {};
    std::vector<double> keypoints = {};
};

/// Reads an annotation file of COCO. Throws Error that names `where` and what is wrong.
CocoTruth coco_truth(const Json& annotations, CocoKind kind, const std::string& where);
/// Takes out the objects of all other images (their ids as text).
void keep_images(CocoTruth& truth, const std::unordered_set<std::string>& ids);
/// Reads a list of results (predictions.json). Entries of images that are not in `truth` are an error.
CocoDetections coco_detections(const Json& results, CocoKind kind, const CocoTruth& truth,
                               const std::string& where);

/// Fills in what a detection's kind says of its area: of its box, its mask, or the extent of its points.
void set_areas(CocoDetections& detections, CocoKind kind);

}  // namespace yolo::metrics
