// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <yolo/commands.hpp>
#include <yolo/config.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "data/dataset.hpp"
#include "data/loader.hpp"
#include "evaluation/classes.hpp"
#include "modes/exporting/options.hpp"

namespace yolo::modes {

/// Pictures with labels to calibrate and to measure with, prepared as val does at the size of the export.
struct ExportPictures {
    std::shared_ptr<const data::Dataset> dataset;
    evaluation::JudgedClasses classes;
    data::LoaderOptions loader;
};

/// The validation split of data=, or, with a warning, of what the model was trained with; `fraction` is a
/// share or a number of its pictures. Throws UsageError where neither is known, what opening it throws.
ExportPictures export_pictures(const Config& config, const checkpoint::Checkpoint& model,
                               const ExportOptions& options, const Settings& settings,
                               const CommandContext& context);

}  // namespace yolo::modes
