// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "special_commands.hpp"

namespace yolo::cli {

namespace {

SettingChanges changes_of(const std::vector<std::string>& tokens) {
    SettingChanges changes;
    for (const std::string& token : tokens) {
        auto option = split_option(token);
        if (!option) {
            throw UsageError(
                fmt::format("'{}' is not understood: write yolo settings, yolo settings reset or "
                            "yolo settings KEY=VALUE",
                            token));
        }
        changes.push_back(std::move(*option));
    }
    return changes;
}

void reset(Console& console) {
    const std::filesystem::path damaged = reset_settings();
    if (!damaged.empty())
        console.print(fmt::format("the settings file could not be read: it is now {}\n", damaged.string()));
    console.print("the default settings hold again\n");
}

}  // namespace

void run_settings(const std::vector<std::string>& tokens, Console& console) {
    if (tokens.size() == 1 && tokens[0] == "reset") {
        reset(console);
    } else if (!tokens.empty()) {
        change_settings(changes_of(tokens), console.sink());
    }
    console.print(to_json(load_settings(console.sink())));
}

}  // namespace yolo::cli
