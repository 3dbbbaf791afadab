// SPDX-License-Identifier: Apache-2.0
/// \file What is on one picture of a batch, labelled or found: both in pixels of the network input.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <yolo/model_info.hpp>
#include <yolo/result.hpp>

#include "data/batch.hpp"
#include "image/box_forms.hpp"
#include "image/masks.hpp"
#include "inference/network.hpp"
#include "metrics/bit_mask.hpp"
#include "tasks/objects.hpp"

namespace yolo::evaluation {

/// Labelled or found, with the masks that are compared. classify: `classes` is the one class, of labels only.
struct PictureObjects : tasks::Objects {
    std::vector<metrics::BitMask> masks = {};  ///< segment: (n)
};

struct DetectOptions {
    float conf = 0.001f;  ///< lowest confidence
    float iou = 0.7f;     ///< of non-maximum suppression
    int max_det = 300;
    bool agnostic = false;
    bool single_cls = false;  ///< what is found is of class 0
    /// Unless single_cls: the number of each class of the network, -1: nothing of it is wanted. Empty: its
    /// own.
    std::vector<int> class_ids = {};
    bool full_masks = false;  ///< masks at the size of the network input, else of the prototypes
};

struct LabelMasks {
    bool overlapping = true;  ///< the batch has one map of indices per picture, else a mask per object
    Size size = {};           ///< wanted; {} = as the batch has them
};

/// The labels of picture `index` of a batch.
PictureObjects labelled_objects(const data::Batch& batch, int index, Task task, const LabelMasks& masks = {});

/// segment: the mask of object `label` of labelled_objects(), at the size of the network input.
Mask labelled_mask(const data::Batch& batch, int index, std::size_t label, bool overlapping);

/// What the network found on picture `row` of its outputs for an input of size `input`.
PictureObjects found_objects(const inference::NetworkOutput& output, int row, Size input,
                             const ModelInfo& info, const DetectOptions& options);

/// Binary masks, bilinear, set where the interpolated value is above one half.
Mask resized_mask(const Mask& mask, Size size);

}  // namespace yolo::evaluation
