// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yolo/log.hpp>

namespace yolo {

/// What holds for every run of this user. Relative folders are taken from the current folder of each run.
struct Settings {
    std::filesystem::path
        datasets_dir;  ///< where data sets without a path are looked for; default CWD/datasets
    std::filesystem::path weights_dir = "weights";  ///< where models without a path are looked for
    std::filesystem::path runs_dir = "runs";        ///< where runs are written
    bool tensorboard = false;                       ///< training also writes TensorBoard events
};

/// $YOLO_CONFIG_DIR, else the system's folder for configuration ($XDG_CONFIG_HOME or ~/.config),
/// /yolo.cpp/settings.json. Empty when there is no such place: nothing is kept then.
std::filesystem::path settings_file();

Settings default_settings();

/// The settings file, or the defaults when there is none. What is wrong in it is logged as a warning and left
/// at its default; settings of the Python package that mean nothing here are passed over. Never writes.
Settings load_settings(const LogSink& log = {});

/// Settings by name, as texts.
using SettingChanges = std::vector<std::pair<std::string, std::string>>;

/// Writes these settings into the file, which is made when there is none, and leaves everything else in it as
/// it was; each is logged. A setting of the Python package that means nothing here is logged as a warning.
/// Throws UsageError, with the nearest keys, for an unknown key or a wrong type, Error when the file cannot
/// be written or what it holds cannot be read (it is not overwritten).
void change_settings(const SettingChanges& changes, const LogSink& log = {});

/// Removes the settings file, so that the defaults hold. One that cannot be read is kept under another name,
/// which is returned, since somebody may want to mend it. Throws Error.
std::filesystem::path reset_settings();

/// The settings as the file's text.
std::string to_json(const Settings& settings);

}  // namespace yolo
