// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <yolo/config.hpp>
#include <yolo/model_info.hpp>

namespace yolo::modes {

/// Makes the folder that a run writes to: RUNS_DIR/TASK/PROJECT/NAME (an absolute project replaces
/// RUNS_DIR/TASK/PROJECT), made unique with -2, -3 ... unless exist_ok. `save_dir=` bypasses all this. Throws
/// Error.
std::filesystem::path make_run_folder(const Config& config, Task task, const std::string& default_name,
                                      const std::filesystem::path& runs_dir);

}  // namespace yolo::modes
