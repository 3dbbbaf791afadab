// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <yolo/settings.hpp>
#include <yolo/system.hpp>
#include <yolo/version.hpp>

#include "special_commands.hpp"

namespace yolo::cli {

std::string checks_text() {
    const auto line = [](const std::string& label, const std::string& value) {
        return fmt::format("{:<23}{}\n", label, value);
    };
    std::string text = line("yolo", version);
    for (const SystemFact& fact : system_facts()) text += line(fact.label, fact.value);
    text += line("Built by", YOLO_BUILT_BY);
    text += line("Built with", YOLO_BUILT_WITH);
    text += line("Settings", settings_file().empty() ? "nowhere: HOME is not set" : settings_file().string());
    const Settings settings = load_settings();
    text += line("Runs", settings.runs_dir.string());
    text += line("Weights", settings.weights_dir.string());
    text += line("Data sets", settings.datasets_dir.string());
    for (const SystemFact& fact : engine_facts()) text += line("Engine " + fact.label, fact.value);
    for (const SystemFact& fact : format_facts()) text += line("Format " + fact.label, fact.value);
    return text;
}

}  // namespace yolo::cli
