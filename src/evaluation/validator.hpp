// SPDX-License-Identifier: Apache-2.0
/// \file Validation of a network on a data set: batches -> network -> detections -> metrics. Used by `yolo
/// val` and by training after each epoch.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

#include "data/batch.hpp"
#include "data/dataset.hpp"
#include "data/loader.hpp"
#include "evaluation/classes.hpp"
#include "evaluation/objects.hpp"
#include "evaluation/result.hpp"

namespace yolo::evaluation {

struct ValidatorOptions {
    data::LoaderOptions loader;   ///< `training` is taken as false
    DetectOptions detect;         ///< class_ids follow from `classes`
    JudgedClasses classes = {};   ///< without names: own_classes()
    bool default_max_det = true;  ///< may be raised to the data set's largest number of objects in a picture
    bool confusion = false;       ///< fill the confusion matrix
    int threads = 1;  ///< that look at outputs (whole batches), or run networks (one picture each)
    LogSink log;
};

/// The lowest confidence that val takes unless told otherwise: 0.001, obb 0.01.
float default_val_conf(Task task);

/// A picture that was looked at, on its way to files. Views: valid during the call.
struct SeenPicture {
    const data::Batch& batch;
    int index = 0;          ///< in the batch
    std::size_t order = 0;  ///< in the run
    const PictureObjects& labels;
    const PictureObjects& found;
    const image::Prototypes& prototypes;  ///< segment; else empty
    bool overlapping_masks = true;        ///< how the batch holds its masks
};

/// Asked and told while a validation runs.
struct ValidatorHooks {
    /// Called before the network sees pictures of a size: what it does is not counted as a picture's time.
    std::function<void(Size input)> prepare = {};
    /// Called for every picture, from several threads and in no particular order.
    std::function<void(const SeenPicture&)> seen = {};
    std::function<void(std::size_t done, std::size_t pictures)> progress = {};  ///< one call at a time
    std::function<bool()> cancelled = {};  ///< true: ends early, the result is of what was seen
};

class Validator {
  public:
    /// Throws what opening the loader throws. The loader (and its picture cache) lives as long as this.
    Validator(ModelInfo info, std::shared_ptr<const data::Dataset> dataset, ValidatorOptions options);

    /// The network is given whole batches, one at a time, on the caller's thread; detections are matched on
    /// other threads meanwhile. Throws what the network throws.
    ValResult run(const inference::RunNetwork& network, const ValidatorHooks& hooks = {});

    /// The network is given single pictures by `threads` threads at once: no core waits for another one. For
    /// networks that may be called from several threads.
    ValResult run_concurrently(const inference::RunNetwork& network, const ValidatorHooks& hooks = {});

    /// The model with the names of the classes that are judged: what figures and files are about.
    const ModelInfo& info() const { return judged_; }
    const data::Dataset& dataset() const { return *dataset_; }
    const ValidatorOptions& options() const { return options_; }

  private:
    ModelInfo info_, judged_;
    std::shared_ptr<const data::Dataset> dataset_;
    ValidatorOptions options_;
    std::unique_ptr<data::Loader> loader_;
};

}  // namespace yolo::evaluation
