// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <yolo/config.hpp>
#include <yolo/log.hpp>

#include "core/json.hpp"

namespace yolo::modes {

/// The checkpoint that `resume` means: the model itself (True), a file, or, for a word that is no
/// path, the newest last*.pt under the current folder. Nothing when resume is off. Throws UsageError, Error.
std::optional<std::filesystem::path> resumed_file(const Config& config, const LogSink& log);

/// The options of the interrupted training, overlaid by those given now that may change on resuming. One
/// warning names given keys that may not.
Config resumed_config(const Config& given, const Json& train_args, const std::filesystem::path& file,
                      const LogSink& log);

/// Of a training that is complete: what it is, and the command that trains on from its best weights.
/// `epochs`: of the new training.
std::string nothing_to_resume(const std::filesystem::path& last, const std::string& epochs);

}  // namespace yolo::modes
