// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <yolo/commands.hpp>

#include "modes/training/setup.hpp"

namespace yolo::modes {

/// What a checkpoint tells of a pose data set beside the network: names and sigmas of its keypoints.
void add_keypoint_facts(const data::DatasetSpec& spec, Json& metadata);

/// `target` becomes another name of `file`, at no cost; a copy where the file system has no links. `file` is
/// only ever replaced, never changed, so the other name keeps what it has.
void link_or_copy(const std::filesystem::path& file, const std::filesystem::path& target);

/// Takes out what only a training needs, and puts `header` into the file's header. Prints a line.
void finish_checkpoint(const std::filesystem::path& file, const Json& header, const LogSink& log);

/// The figures of best.pt as a user's `yolo val` finds them, with pictures and curves in the run folder.
void validate_best(const TrainSetup& setup, const CommandContext& context);

}  // namespace yolo::modes
