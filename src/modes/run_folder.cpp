// SPDX-License-Identifier: Apache-2.0
#include "modes/run_folder.hpp"

#include "core/files.hpp"

namespace yolo::modes {

std::filesystem::path make_run_folder(const Config& config, Task task, const std::string& default_name,
                                      const std::filesystem::path& runs_dir) {
    const auto made = [](const std::filesystem::path& folder) {
        make_directories(folder);
        return folder;
    };
    if (const std::string folder = config.text("save_dir"); !folder.empty())
        return made(std::filesystem::absolute(folder));
    const std::filesystem::path project = config.text("project");
    const std::string name = config.text("name").empty() ? default_name : config.text("name");
    const std::filesystem::path parent =
        project.is_absolute() ? project : runs_dir / to_string(task) / project;
    const std::filesystem::path folder = std::filesystem::absolute(parent / name).lexically_normal();
    return config.flag("exist_ok") ? made(folder) : make_next_free_folder(folder);
}

}  // namespace yolo::modes
