// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

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
/// /yolo.cpp/settings.json.
std::filesystem::path settings_file();

Settings default_settings();

/// The settings file, or the defaults when there is none. What is wrong in it is logged as a warning and left
/// at its default. Never writes.
Settings load_settings(const LogSink& log = {});

/// Writes the settings file and makes its folder. Throws Error.
void save_settings(const Settings& settings);

/// Sets one setting from a text. Throws UsageError, with the nearest keys, for an unknown key or a wrong
/// type.
void set_setting(Settings& settings, std::string_view key, std::string_view text);

/// The settings file's text.
std::string to_json(const Settings& settings);

}  // namespace yolo
