// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <yolo/error.hpp>

#include "context.hpp"
#include "special_commands.hpp"

namespace yolo::cli {

namespace {

int check(const std::vector<std::string>& tokens, Console& console) {
    const Arguments arguments = parse_options(tokens);
    for (const std::string& text : arguments.warnings) console.warn(text);
    return exit_code(run_data_check(arguments.config, command_context(console)) == 0);
}

}  // namespace

int run_data(const std::vector<std::string>& tokens, Console& console) {
    const std::string name = tokens.empty() ? "" : tokens.front();
    if (name == "check") return check({tokens.begin() + 1, tokens.end()}, console);
    if (name == "shapes") {
        run_shapes({tokens.begin() + 1, tokens.end()}, console);
        return 0;
    }
    throw UsageError(
        fmt::format("there is no command 'data {}': write yolo data check data=FILE.yaml, or yolo data "
                    "shapes out=FOLDER",
                    name));
}

}  // namespace yolo::cli
