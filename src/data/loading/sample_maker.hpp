// SPDX-License-Identifier: Apache-2.0
/// \file What fills one place of a batch: one maker per kind of data set and use.
#pragma once

#include <functional>
#include <memory>

#include <opencv2/core/mat.hpp>

#include "data/augment/format.hpp"
#include "data/augment/instances.hpp"
#include "data/batch.hpp"
#include "data/loader.hpp"
#include "data/loading/epoch_plan.hpp"
#include "data/loading/picture_store.hpp"

namespace yolo::data {

/// Which sample is wanted. Everything about it follows from this and the loader's options.
struct SamplePlace {
    int epoch = 0;
    std::size_t place = 0;  ///< in the epoch's order
    bool mosaic_closed = false;
    const EpochPlan& plan;
};

struct MadeSample {
    BatchPicture picture;
    Targets targets;
};

/// Writes the picture to its place in the batch, `out` (h, w, 3) uint8, whole. Called from several threads.
using SampleMaker = std::function<MadeSample(const SamplePlace&, cv::Mat& out)>;

/// What a maker works with.
struct SampleSource {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<PictureStore> pictures;
    LoaderOptions options;

    /// The picture, resized, with its labels in pixels. The picture is shared: not to be changed.
    Sample load(std::size_t index, PictureUse use = PictureUse::own_place) const;
    FormatOptions format() const;
    OutlineKind outlines() const;
};

/// For validation: letterboxed, never enlarged beyond its loaded size.
SampleMaker letterboxed_samples(SampleSource source);
/// For training.
SampleMaker augmented_samples(SampleSource source);

/// The maker for that data set and use.
SampleMaker make_sample_maker(SampleSource source);

}  // namespace yolo::data
