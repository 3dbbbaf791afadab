// SPDX-License-Identifier: Apache-2.0
/// \file From a data set to batches: worker threads decode, augment and write straight into the batch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <yolo/config.hpp>

#include "data/augmentation.hpp"
#include "data/batch.hpp"
#include "data/dataset.hpp"

namespace yolo::data {

enum class PictureCache { none, ram, disk };

struct LoaderOptions {
    bool training = true;  ///< augment and shuffle; else letterbox, in order (or by shape)
    int imgsz = 640;
    int batch = 16;
    int stride = 32;
    int channels = 3;  ///< of the batches: 3 (BGR) or 1 (grey)
    std::optional<Size> shape =
        {};             ///< of every batch, for validation; unset: imgsz squared, or as rect says
    bool rect = false;  ///< batches of alike aspect ratio, each with its own shape
    int workers = 0;    ///< threads beside the caller's; 0 = the caller makes its batches
    std::uint64_t seed = 0;
    PictureCache cache = PictureCache::none;
    int mask_ratio = 4;
    bool overlap_mask = true;
    Augmentation augmentation = {};  ///< training only
    LogSink log = {};
};

/// Batches depend on (seed, epoch, batch number) only, never on the number of workers or their speed.
/// Memory is bounded: at most workers + 2 batches exist at a time; a batch goes back to the pool when its
/// last owner lets go.
class Loader {
  public:
    virtual ~Loader() = default;
    virtual int batches() const = 0;  ///< in an epoch
    /// Begins an epoch at a batch; what was prepared for another place is dropped. `mosaic_closed`: mosaic,
    /// mixup, cutmix and copy_paste are off (close_mosaic).
    virtual void start(int epoch, int first_batch = 0, bool mosaic_closed = false) = 0;
    /// The next batch, null at the end of the epoch. A picture that cannot be read is left out: in training
    /// the next one of the epoch's order takes its place, else its batch is smaller (one without any picture
    /// is passed over). Throws Error when no picture can be read.
    virtual std::shared_ptr<const Batch> next() = 0;

    /// Pictures that could not be read so far, ascending.
    virtual std::vector<std::size_t> unreadable() const = 0;
    /// Sentences about pictures that could not be read or cached since it was last asked: each is named once.
    virtual std::vector<std::string> take_warnings() = 0;
};

/// A cache for which memory or disk are too small, or whose folder cannot be written to, is left out; one
/// warning says what is used instead.
std::unique_ptr<Loader> make_loader(std::shared_ptr<const Dataset> dataset, LoaderOptions options);

}  // namespace yolo::data
