// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "metrics/mot_sequence.hpp"

namespace yolo::modes {

/// The sequences of a split of a YAML file with the keys `path`, `train`, `val` and `test`: each a folder, or
/// a list of folders, of sequences or that are one. Relative folders lie under `path`, and that under the
/// file's own folder, the current one or `datasets_dir`: the first where the split is. Throws Error that says
/// what is wrong, UsageError for a split that the file does not have.
std::vector<metrics::MotSequence> find_sequences(const std::filesystem::path& file, const std::string& split,
                                                 const std::filesystem::path& datasets_dir);

}  // namespace yolo::modes
