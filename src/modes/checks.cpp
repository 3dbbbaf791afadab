// SPDX-License-Identifier: Apache-2.0
/// \file What `yolo checks` says of engines and formats.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>
#include <yolo/system.hpp>

#include "core/rim.hpp"
#include "engines/registry.hpp"
#include "export/format.hpp"

namespace yolo {

namespace {

std::string state_of(const engines::EngineEntry& entry) {
    try {
        return fmt::format("{}: {}", engines::library_of(entry), fmt::join(entry.takes, ", "));
    } catch (const Error& problem) {
        return fmt::format("not here: {}", problem.what());
    }
}

std::string state_of(const exports::Format& format) {
    std::vector<std::string> bits, engines;
    for (const exports::Quantization quantization : format.quantizations)
        bits.emplace_back(exports::to_string(quantization));
    for (const engines::EngineEntry& entry : engines::engine_table())
        if (entry.takes_kind(format.name) && engines::is_here(entry)) engines.push_back(entry.name);
    return fmt::format("{}; quantize {}; {}; run here by {}", format.suffix, fmt::join(bits, ", "),
                       fmt::join(format.options, ", "),
                       engines.empty() ? "no engine" : fmt::format("{}", fmt::join(engines, ", ")));
}

}  // namespace

std::vector<SystemFact> engine_facts() try {
    std::vector<SystemFact> facts;
    for (const engines::EngineEntry& entry : engines::engine_table())
        facts.push_back({entry.name, state_of(entry)});
    return facts;
} catch (...) {
    rethrow_as_error();
}

std::vector<SystemFact> format_facts() try {
    std::vector<SystemFact> facts;
    for (const exports::Format& format : exports::formats())
        facts.push_back({std::string(format.name), state_of(format)});
    return facts;
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
