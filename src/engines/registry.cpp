// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "engines/cpu_plugin.hpp"
#include "engines/engine.hpp"
#include "engines/reference/reference_engine.hpp"
#include "engines/torch_plugin.hpp"

namespace yolo::engines {

namespace {

/// oneDNN is 54 MB and brings OpenMP: both are loaded when a network is to run, not when `yolo help` does.
std::unique_ptr<Engine> make_cpu_engine(graph::Network network, const EngineOptions& options) {
    void* make = plugin_symbol("yolo_cpu", make_cpu_engine_name, "the CPU engine");
    return std::unique_ptr<Engine>(reinterpret_cast<MakeCpuEngine*>(make)(std::move(network), options));
}

std::unique_ptr<Engine> make_torch_engine(graph::Network network, const EngineOptions& options) {
    void* make =
        plugin_symbol("yolo_torch", make_torch_engine_name, "the engine 'torch'", SymbolLookup::plugin_first);
    return std::unique_ptr<Engine>(reinterpret_cast<MakeTorchEngine*>(make)(std::move(network), options));
}

struct EngineEntry {
    std::string_view name;
    std::unique_ptr<Engine> (*make)(graph::Network, const EngineOptions&);
};

constexpr std::array engine_table = {
    EngineEntry{"cpu", make_cpu_engine},
    EngineEntry{"torch", make_torch_engine},
    EngineEntry{"reference", make_reference_engine},
};

}  // namespace

std::unique_ptr<Engine> make_engine(const std::string& name, graph::Network network,
                                    const EngineOptions& options) {
    std::string known;
    for (const EngineEntry& entry : engine_table) {
        if (entry.name == name) return entry.make(std::move(network), options);
        known += known.empty() ? entry.name : fmt::format(", {}", entry.name);
    }
    throw UsageError(fmt::format("there is no engine '{}'; there are: {}", name, known));
}

}  // namespace yolo::engines
