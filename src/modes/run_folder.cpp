// SPDX-License-Identifier: Apache-2.0
#include "modes/run_folder.hpp"

#include "core/files.hpp"

namespace yolo::modes {

std::filesystem::path run_folder(const Config& config, Task task, const std::string& default_name,
                                 const std::filesystem::path& runs_dir) {
    if (const std::string folder = config.text("save_dir"); !folder.empty())
        return std::filesystem::absolute(folder);
    const std::filesystem::path project = config.text("project");
    const std::string name = config.text("name").empty() ? default_name : config.text("name");
    const std::filesystem::path parent =
        project.is_absolute() ? project : runs_dir / to_string(task) / project;
    const std::filesystem::path folder = std::filesystem::absolute(parent / name).lexically_normal();
    return config.flag("exist_ok") ? folder : next_free_path(folder);
}

}  // namespace yolo::modes
