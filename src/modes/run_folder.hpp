// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

#include "core/run_files.hpp"

namespace yolo::modes {

/// The folder that results go to: save_dir, or RUNS/TASK/[PROJECT/]NAME; made here, and can be written into.
/// Without exist_ok and save_dir it is a new one (NAME-2 ...); else files of others that are in it are left
/// alone (RunFiles). Throws Error with the path and the system's reason.
std::unique_ptr<RunFiles> open_run_folder(const Config& config, Task task, const std::string& default_name,
                                          const std::filesystem::path& runs_dir, const LogSink& log);

/// The same for a training that is resumed from FOLDER/weights/last.pt: where its results go to that FOLDER,
/// what is in it is its own.
std::unique_ptr<RunFiles> reopen_run_folder(const Config& config, Task task,
                                            const std::filesystem::path& last,
                                            const std::filesystem::path& runs_dir, const LogSink& log);

}  // namespace yolo::modes
