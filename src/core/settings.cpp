// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include <yolo/config.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/near_miss.hpp"

namespace yolo {

namespace fs = std::filesystem;

namespace {

constexpr const char* schema_version = "1";
constexpr std::array<std::string_view, 4> setting_keys = {"datasets_dir", "weights_dir", "runs_dir",
                                                          "tensorboard"};

fs::path* folder(Settings& settings, std::string_view key) {
    if (key == "datasets_dir") return &settings.datasets_dir;
    if (key == "weights_dir") return &settings.weights_dir;
    if (key == "runs_dir") return &settings.runs_dir;
    return nullptr;
}

/// For messages: bytes that are not UTF-8 must not end in another error.
std::string shown(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void set_checked(Settings& settings, std::string_view key, const Json& value) {
    if (fs::path* path = folder(settings, key)) {
        if (!value.is_string() || value.get<std::string>().empty()) {
            throw UsageError(
                fmt::format("the setting {} must be the name of a folder, not {}", key, shown(value)));
        }
        *path = value.get<std::string>();
    } else if (key == "tensorboard") {
        if (!value.is_boolean())
            throw UsageError(
                fmt::format("the setting tensorboard must be True or False, not {}", shown(value)));
        settings.tensorboard = value.get<bool>();
    } else {
        throw UsageError(
            fmt::format("there is no setting '{}'{}", key, did_you_mean(near_misses(key, setting_keys))));
    }
}

fs::path config_folder() {
    const auto variable = [](const char* name) -> fs::path {
        const char* text = std::getenv(name);
        return text == nullptr ? "" : text;
    };
    if (const fs::path own = variable("YOLO_CONFIG_DIR"); !own.empty()) return own;
#ifdef __APPLE__
    return variable("HOME") / "Library" / "Application Support";
#else
    if (const fs::path xdg = variable("XDG_CONFIG_HOME"); !xdg.empty()) return xdg;
    return variable("HOME") / ".config";
#endif
}

}  // namespace

fs::path settings_file() {
    return config_folder() / "yolo.cpp" / "settings.json";
}

Settings default_settings() {
    Settings settings;
    std::error_code no_current_folder;
    settings.datasets_dir = fs::current_path(no_current_folder) / "datasets";
    return settings;
}

Settings load_settings(const LogSink& log) {
    Settings settings = default_settings();
    const fs::path file = settings_file();
    const auto warn = [&](const std::string& text) {
        if (log) log(LogLevel::warning, text);
    };
    std::error_code none;
    if (!fs::exists(file, none)) return settings;
    try {
        const Json json = parse_json(read_text(file), file.string());
        if (!json.is_object()) throw Error(fmt::format("{}: not a JSON object", file.string()));
        for (const auto& [key, value] : json.items()) {
            try {
                if (key != "settings_version") set_checked(settings, key, value);
            } catch (const UsageError& error) {
                warn(fmt::format("{}: {}", file.string(), error.what()));
            }
        }
    } catch (const Error& error) {
        warn(fmt::format("{} (the default settings are used; yolo settings reset writes a new file)",
                         error.what()));
    }
    return settings;
}

void save_settings(const Settings& settings) {
    const fs::path file = settings_file();
    make_directories(file.parent_path());
    write_file(file, to_json(settings));
}

void set_setting(Settings& settings, std::string_view key, std::string_view text) {
    const Value value = parse_value(text);
    const auto* flag = std::get_if<bool>(&value);
    set_checked(settings, key,
                flag != nullptr && folder(settings, key) == nullptr ? Json(*flag) : Json(std::string(text)));
}

std::string to_json(const Settings& settings) {
    Json json = {{"settings_version", schema_version},
                 {"datasets_dir", settings.datasets_dir.string()},
                 {"weights_dir", settings.weights_dir.string()},
                 {"runs_dir", settings.runs_dir.string()},
                 {"tensorboard", settings.tensorboard}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace yolo
