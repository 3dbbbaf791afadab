// SPDX-License-Identifier: Apache-2.0
#include "modes/run_folder.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/core.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

struct Place {
    fs::path folder;
    bool shared = false;  ///< may be there already
};

Place place_of_results(const Config& config, Task task, const std::string& default_name,
                       const fs::path& runs_dir) {
    if (const std::string folder = config.text("save_dir"); !folder.empty())
        return {fs::absolute(folder), true};
    const fs::path project = config.text("project");
    const std::string name = config.text("name").empty() ? default_name : config.text("name");
    const fs::path parent = project.is_absolute() ? project : runs_dir / to_string(task) / project;
    fs::path folder = fs::absolute(parent / name).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();  // name=.. or a slash at its end
    return {folder, config.flag("exist_ok")};
}

/// What `make` does; an error says what helps.
template <class Make>
auto made(const Make& make) {
    try {
        return make();
    } catch (const Error& error) {
        throw Error(
            fmt::format("{}; give project= or save_dir= another folder for the results", error.what()));
    }
}

/// The folder is made; says whether it was there.
bool make_or_find(const fs::path& folder) {
    std::error_code error;
    const bool found = fs::exists(folder, error);
    make_directories(folder);
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        throw Error(
            fmt::format("cannot write into the folder '{}': {}", folder.string(), std::strerror(errno)));
    return found;
}

}  // namespace

std::unique_ptr<RunFiles> open_run_folder(const Config& config, Task task, const std::string& default_name,
                                          const fs::path& runs_dir, const LogSink& log) {
    const Place place = place_of_results(config, task, default_name, runs_dir);
    if (!place.shared)
        return std::make_unique<RunFiles>(made([&] { return make_next_free_folder(place.folder); }),
                                          RunFiles::Kind::fresh, log);
    const bool found = made([&] { return make_or_find(place.folder); });
    return std::make_unique<RunFiles>(place.folder, found ? RunFiles::Kind::found : RunFiles::Kind::fresh,
                                      log);
}

std::unique_ptr<RunFiles> reopen_run_folder(const Config& config, Task task, const fs::path& last,
                                            const fs::path& runs_dir, const LogSink& log) {
    const Place place = place_of_results(config, task, "train", runs_dir);
    std::error_code error;
    const bool goes_on =
        place.shared && fs::equivalent(fs::absolute(last).parent_path(), place.folder / "weights", error);
    if (!goes_on) return open_run_folder(config, task, "train", runs_dir, log);
    make_or_find(place.folder);
    return std::make_unique<RunFiles>(place.folder, RunFiles::Kind::resumed, log);
}

}  // namespace yolo::modes
