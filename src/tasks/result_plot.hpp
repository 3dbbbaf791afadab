// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <opencv2/core/mat.hpp>

#include <yolo/result.hpp>

#include "image/labels.hpp"

namespace yolo::tasks {

/// What is drawn into an annotated picture beside its objects.
struct PlotLayers {
    /// Under masks, boxes and keypoints.
    std::function<void(cv::Mat& picture, const std::vector<image::Color>& colors)> under = {};
    /// Labels of other things than objects, which the labels of objects give way to.
    std::function<void(image::Labels& labels)> labels = {};
    bool typeset = false;                        ///< whether those are not ASCII
    const image::TrackColors* tracks = nullptr;  ///< the stream's; without, the picture's
    image::LabelMemory* memory = nullptr;        ///< the stream's
};

/// Result::plot() with more in it. All that lies in a picture has one kind of lettering.
Image plot(const Result& result, const PlotOptions& options, const PlotLayers& layers = {});

}  // namespace yolo::tasks
