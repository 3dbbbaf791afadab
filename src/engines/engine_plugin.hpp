// SPDX-License-Identifier: Apache-2.0
/// \file The one thing that the library of each engine exports, and the version that it has to be of.
#pragma once

#include <cstdint>

#include "engines/registry.hpp"

namespace yolo::engines {

/// Raised by hand when an engine's interface changes its meaning.
inline constexpr std::uint32_t engine_abi = 2;

/// Changes by itself when something that goes through the interface changes its layout, or when the Graph
/// gets another op.
constexpr std::uint32_t engine_layout() {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const std::size_t part :
         {std::variant_size_v<graph::Op>, sizeof(graph::Op), sizeof(graph::Node), sizeof(graph::Graph),
          sizeof(Tensor), sizeof(ModelSource), sizeof(EngineOptions), sizeof(Batch), sizeof(EngineTraits),
          sizeof(EngineReport)})
        hash = (hash ^ static_cast<std::uint32_t>(part)) * 16777619U;
    return hash;
}

/// These two stand first in every version: they are read before anything else.
struct EnginePlugin {
    std::uint32_t abi;
    std::uint32_t layout;
    MakeEngine* make;
    std::string (*library)();  ///< what computes: "OpenVINO 2026.4.1"
};

inline constexpr char engine_plugin_symbol[] = "yolo_engine_plugin";

/// Throws Error that says what to rebuild when `plugin` is not of this program's version.
void check_version(const EnginePlugin& plugin, const EngineEntry& entry);

}  // namespace yolo::engines

/// Stands once in the library of an engine.
#define YOLO_ENGINE_PLUGIN(make, library)                      \
    extern "C" __attribute__((visibility("default")))          \
    const ::yolo::engines::EnginePlugin yolo_engine_plugin;    \
    const ::yolo::engines::EnginePlugin yolo_engine_plugin = { \
        ::yolo::engines::engine_abi, ::yolo::engines::engine_layout(), make, library}
