// SPDX-License-Identifier: Apache-2.0
/// \file The engines there are, and the way from a model to the one that runs it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin.hpp"
#include "engines/engine.hpp"
#include "engines/model_source.hpp"

namespace yolo::engines {

/// How an engine is made. The caller owns it.
using MakeEngine = Engine*(ModelSource source, const EngineOptions& options);

/// One engine: a row of the table. Everything here is known without opening its library.
struct EngineEntry {
    std::string name;                       ///< engine=NAME
    std::string purpose;                    ///< what messages call it: "the CPU engine"
    std::vector<std::string> takes;         ///< kinds of sources (kind_of): "network", "onnx" ...
    std::string plugin = {};                ///< "yolo_cpu": opened the first time the engine is made; or
    MakeEngine* built_in = nullptr;         ///< in this library
    std::vector<std::string> devices = {};  ///< besides the processor: "cuda", "intel" (its GPUs and NPUs)
    bool whole_batches = false;  ///< spreads one run() over its threads; else a thread a picture is quicker
    SymbolLookup lookup = SymbolLookup::program_first;
    bool only_named = false;  ///< runs some files of a format only: never chosen by itself

    bool takes_kind(std::string_view kind) const;
    bool computes_on(std::string_view device) const;  ///< "cpu", "cuda:0", "intel:gpu"
};
using EngineTable = std::vector<EngineEntry>;

/// It is part of this library, or its plug-in lies beside it; nothing is opened.
bool is_here(const EngineEntry& entry);

/// What an engine computes with: "OpenVINO 2026.4.1"; its plug-in is opened. Throws Error that says what is
/// missing.
std::string library_of(const EngineEntry& entry);

/// In the order of preference: of several that take a source, the first one runs it.
const EngineTable& engine_table();

/// The engine `name`; "": the first one that takes `kind` on that device and is not `only_named`. Throws
/// UsageError that lists the engines that could do it.
const EngineEntry& find_engine(const std::string& name, std::string_view kind,
                               std::string_view device = "cpu", const EngineTable& table = engine_table());

/// The engine of that name ("": chosen by the source) for a network or an exported file. run() takes any
/// number of pictures: what a file computes at once is filled up or cut. Throws UsageError that lists the
/// engines there are, or those that take such a source; Error when its plug-in is not there.
std::unique_ptr<Engine> make_engine(const std::string& name, ModelSource source, const EngineOptions& options,
                                    const EngineTable& table = engine_table());

}  // namespace yolo::engines
