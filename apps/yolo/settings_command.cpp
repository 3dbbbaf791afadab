// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "special_commands.hpp"

namespace yolo::cli {

void run_settings(const std::vector<std::string>& tokens, Console& console) {
    if (tokens.size() == 1 && tokens[0] == "reset") {
        save_settings(default_settings());
        console.print(fmt::format("{} has the default settings again\n", settings_file().string()));
    } else if (!tokens.empty()) {
        Settings settings = load_settings(console.sink());
        std::string changes;
        for (const std::string& token : tokens) {
            const auto option = split_option(token);
            if (!option) {
                throw UsageError(
                    fmt::format("'{}' is not understood: write yolo settings, yolo settings reset or "
                                "yolo settings KEY=VALUE",
                                token));
            }
            set_setting(settings, option->first, option->second);
            changes += fmt::format("{} is now {}\n", option->first, option->second);
        }
        save_settings(settings);
        console.print(changes);
    }
    console.print(to_json(load_settings(console.sink())));
}

}  // namespace yolo::cli
