// SPDX-License-Identifier: Apache-2.0
/// \file What fills one place of a batch, and from what.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <opencv2/core/mat.hpp>

#include "data/augment/format.hpp"
#include "data/augment/instances.hpp"
#include "data/batch.hpp"
#include "data/dataset.hpp"
#include "data/loader.hpp"
#include "data/sample.hpp"

namespace yolo::data {

class EpochPlan;
class PictureStore;
enum class PictureUse;

/// Which sample is wanted. Everything about it follows from this and the loader's options.
struct SamplePlace {
    int epoch = 0;
    std::size_t place = 0;  ///< in the epoch's order
    bool mosaic_closed = false;
    const EpochPlan& plan;

    std::size_t picture() const;  ///< the one whose turn it is
};

struct MadeSample {
    BatchPicture picture;
    Targets targets;
};

/// Writes the picture to its place in the batch, `out` (h, w, 3) or (h, w, 1) uint8, whole. Called from
/// several threads.
using SampleMaker = std::function<MadeSample(const SamplePlace&, cv::Mat& out)>;

/// What a maker works with.
struct SampleSource {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<PictureStore> pictures;
    LoaderOptions options;

    /// The picture, resized (classify: as in the file). It is shared: not to be changed.
    cv::Mat picture(std::size_t index) const;
    /// The picture with its labels in pixels.
    Sample load(std::size_t index, PictureUse use) const;
    FormatOptions format() const;
    OutlineKind outlines() const;
};

}  // namespace yolo::data
