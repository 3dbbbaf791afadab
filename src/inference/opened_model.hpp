// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "engines/exported/formats.hpp"
#include "engines/model_source.hpp"

namespace yolo::inference {

/// A model as it was found: a checkpoint, whose network every engine of ours runs and from which training
/// goes on, or an exported file, which an engine runs as it is.
struct OpenedModel {
    // NOLINTNEXTLINE(google-explicit-constructor): a checkpoint is one
    OpenedModel(checkpoint::Checkpoint given);
    /// `task`: of a file that does not say it. Throws what info_from_metadata() throws.
    // NOLINTNEXTLINE(google-explicit-constructor): so is a file
    OpenedModel(engines::ExportedFile given, std::optional<Task> task = std::nullopt);

    ModelInfo info;  ///< classes have names for people; of a file that names none they are null
    Json metadata;   ///< what else stands in it: date, version, train_args ...
    std::optional<checkpoint::Checkpoint> checkpoint = {};
    std::optional<engines::ExportedFile> file = {};  ///< this or the checkpoint is there

    /// engines::network_kind, or the file's format.
    std::string_view kind() const;
    /// The checkpoint. Throws UsageError when there is none: "train needs ...", say, is the `purpose`.
    const checkpoint::Checkpoint& weights_for(const std::string& purpose) const;
};

struct OpenOptions {
    LogSink log = {};
    std::optional<Task> task = {};  ///< of an exported file that does not say it
    const engines::ExportedFormats& formats = engines::exported_formats();
};

/// Opens a checkpoint, a description or an exported file, here or in the settings' weights_dir. Throws Error
/// when there is none or it cannot be read; UsageError when nobody says the task of an exported file.
OpenedModel open_model(const std::string& name, const Settings& settings, const OpenOptions& options = {});

/// The same of what has weights; `purpose` is what they are for.
checkpoint::Checkpoint open_checkpoint(const std::string& name, const std::string& purpose,
                                       const Settings& settings, const LogSink& log = {});

/// `task`, where it was given.
std::optional<Task> named_task(const Config& config);

}  // namespace yolo::inference
