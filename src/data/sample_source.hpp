// SPDX-License-Identifier: Apache-2.0
/// \file What fills one place of a batch, and from what.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

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
struct Turn;

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

/// Writes the picture to its place in the batch, `out` (h, w, 3) or (h, w, 1) uint8, whole. Nothing: its
/// picture cannot be read and is left out. Called from several threads.
using SampleMaker = std::function<std::optional<MadeSample>(const SamplePlace&, cv::Mat& out)>;

/// A picture of the data set. It is shared: not to be changed.
struct ReadPicture {
    std::size_t index = 0;
    cv::Mat pixels;  ///< resized; classify: as in the file
};

/// What a maker works with.
struct SampleSource {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<PictureStore> pictures;
    LoaderOptions options;

    /// For training: the picture whose turn it is, or, where that cannot be read, the next one of the epoch's
    /// order that can. So what takes its place depends on the order and the files alone, never on what other
    /// threads or earlier epochs found out. Throws Error when no picture at all can be read.
    ReadPicture readable(const EpochPlan& plan, Turn turn, PictureUse use) const;
    /// The picture of that place: for training readable(), else itself, without pixels where it cannot be
    /// read.
    ReadPicture own(const SamplePlace& place) const;
    /// The picture with its labels in pixels.
    Sample labelled(const ReadPicture& picture) const;
    FormatOptions format() const;
    OutlineKind outlines() const;
};

}  // namespace yolo::data
