// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include <yolo/config.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/near_miss.hpp"
#include "core/rim.hpp"

namespace yolo {

namespace fs = std::filesystem;

namespace {

constexpr const char* schema_version = "1";
/// Those of the Python package's file that mean nothing here.
constexpr std::array<std::string_view, 15> foreign_keys = {
    "settings_version", "uuid",    "sync",  "api_key",    "openai_api_key",
    "clearml",          "comet",   "dvc",   "hub",        "mlflow",
    "neptune",          "raytune", "wandb", "vscode_msg", "openvino_msg"};

constexpr std::array<std::string_view, 4> setting_keys = {"datasets_dir", "weights_dir", "runs_dir",
                                                          "tensorboard"};

fs::path* folder(Settings& settings, std::string_view key) {
    if (key == "datasets_dir") return &settings.datasets_dir;
    if (key == "weights_dir") return &settings.weights_dir;
    if (key == "runs_dir") return &settings.runs_dir;
    return nullptr;
}

void set_checked(Settings& settings, std::string_view key, const Json& value) {
    if (fs::path* path = folder(settings, key)) {
        if (!value.is_string() || value.get<std::string>().empty()) {
            throw UsageError(
                fmt::format("the setting {} must be the name of a folder, not {}", key, json_text(value)));
        }
        *path = expand_home(value.get<std::string>());
    } else if (key == "tensorboard") {
        if (!value.is_boolean())
            throw UsageError(
                fmt::format("the setting tensorboard must be True or False, not {}", json_text(value)));
        settings.tensorboard = value.get<bool>();
    } else {
        throw UsageError(
            fmt::format("there is no setting '{}'{}", key, did_you_mean(near_misses(key, setting_keys))));
    }
}

fs::path config_folder() {
    const auto variable = [](const char* name) -> std::string {
        const char* text = std::getenv(name);
        return text == nullptr ? "" : text;
    };
    if (const std::string own = variable("YOLO_CONFIG_DIR"); !own.empty()) return expand_home(own);
    const fs::path home = home_folder();
#ifdef __APPLE__
    return home.empty() ? home : home / "Library" / "Application Support";
#else
    // Relative ones are to be ignored: https://specifications.freedesktop.org/basedir-spec
    if (const fs::path xdg = variable("XDG_CONFIG_HOME"); xdg.is_absolute()) return xdg;
    return home.empty() ? home : home / ".config";
#endif
}

bool is_foreign(std::string_view key) {
    return std::find(foreign_keys.begin(), foreign_keys.end(), key) != foreign_keys.end();
}

/// The object in the file. Throws Error when it is none.
Json read_settings(const fs::path& file) {
    Json json = parse_json(read_text(file), file.string());
    if (!json.is_object())
        throw Error(fmt::format("{}: it holds no settings (no JSON object)", file.string()));
    return json;
}

/// What a text on the command line stands for in the file.
Json setting_value(std::string_view key, const std::string& text) {
    const Value value = parse_value(text);
    const auto* flag = std::get_if<bool>(&value);
    Settings checked;
    const Json json = flag != nullptr && folder(checked, key) == nullptr ? Json(*flag) : Json(text);
    set_checked(checked, key, json);
    const fs::path* path = folder(checked, key);
    return path == nullptr ? json : Json(path->string());
}

/// Nothing can be lost where nothing is.
bool is_there(const fs::path& file) {
    std::error_code ignored;
    return !file.empty() && fs::exists(file, ignored);
}

}  // namespace

fs::path settings_file() try {
    const fs::path folder = config_folder();
    return folder.empty() ? folder : folder / "yolo.cpp" / "settings.json";
} catch (...) {
    rethrow_as_error();
}

Settings default_settings() {
    Settings settings;
    std::error_code no_current_folder;
    settings.datasets_dir = fs::current_path(no_current_folder) / "datasets";
    return settings;
}

Settings load_settings(const LogSink& log) try {
    Settings settings = default_settings();
    const fs::path file = settings_file();
    const auto warn = [&](const std::string& text) {
        if (log) log(LogLevel::warning, text);
    };
    if (!is_there(file)) return settings;
    try {
        const Json json = read_settings(file);
        for (const auto& [key, value] : json.items()) {
            try {
                if (!is_foreign(key)) set_checked(settings, key, value);
            } catch (const Error& error) {
                warn(fmt::format("{}: {}", file.string(), error.what()));
            }
        }
    } catch (const Error& error) {
        warn(fmt::format("{} (the default settings are used; yolo settings reset puts this file aside)",
                         error.what()));
    }
    return settings;
} catch (...) {
    rethrow_as_error();
}

void change_settings(const SettingChanges& changes, const LogSink& log) try {
    const fs::path file = settings_file();
    if (file.empty()) throw Error("there is no place for settings: neither HOME nor YOLO_CONFIG_DIR is set");
    Json json = Json::object();
    try {
        if (is_there(file)) json = read_settings(file);
    } catch (const Error& error) {
        throw Error(fmt::format(
            "{} (nothing was written: mend the file, or yolo settings reset puts it aside)", error.what()));
    }
    std::vector<std::string> lines;
    for (const auto& [key, text] : changes) {
        if (is_foreign(key)) {
            if (log)
                log(LogLevel::warning,
                    fmt::format("{} is a setting of the Python package: it has no effect here", key));
            continue;
        }
        json[key] = setting_value(key, text);
        lines.push_back(
            fmt::format("{} is now {}", key, json[key].is_string() ? json[key].get<std::string>() : text));
    }
    if (lines.empty()) return;
    json["settings_version"] = json.value("settings_version", Json(schema_version));
    make_directories(file.parent_path());
    // Through a link, which people have who keep their settings elsewhere.
    write_file(fs::weakly_canonical(file), json_text(json, 2) + "\n");
    for (const std::string& line : lines) {
        if (log) log(LogLevel::info, line);
    }
} catch (...) {
    rethrow_as_error();
}

fs::path reset_settings() try {
    const fs::path file = settings_file();
    if (!is_there(file)) return {};
    fs::path kept;
    std::error_code error;
    try {
        read_settings(file);
        fs::remove(file, error);
    } catch (const Error&) {
        kept = next_free_path(file.parent_path() / "settings-damaged.json");
        fs::rename(file, kept, error);
    }
    if (error) throw Error(fmt::format("cannot remove '{}': {}", file.string(), error.message()));
    return kept;
} catch (...) {
    rethrow_as_error();
}

std::string to_json(const Settings& settings) {
    Json json = {{"settings_version", schema_version},
                 {"datasets_dir", settings.datasets_dir.string()},
                 {"weights_dir", settings.weights_dir.string()},
                 {"runs_dir", settings.runs_dir.string()},
                 {"tensorboard", settings.tensorboard}};
    return json_text(json, 2) + "\n";
}

}  // namespace yolo
