// SPDX-License-Identifier: Apache-2.0
#include "engines/registry.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>
#include <yolo/version.hpp>

#include "engines/any_batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/reference/reference_engine.hpp"
#include "engines/rim.hpp"

namespace yolo::engines {

namespace {

std::string names_of(const EngineTable& table, auto&& suits) {
    std::vector<std::string> names;
    for (const EngineEntry& entry : table) {
        if (suits(entry)) names.push_back(entry.name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// "a network from weights", "a file of the format onnx"
std::string kind_text(std::string_view kind) {
    return kind == network_kind ? "a checkpoint" : fmt::format("a file of the format {}", kind);
}

[[noreturn]] void refuse_kind(const std::string& engine, std::string_view kind, std::string_view device,
                              const EngineTable& table) {
    const std::string others = names_of(
        table, [&](const EngineEntry& entry) { return entry.takes_kind(kind) && entry.computes_on(device); });
    const std::string what =
        device == "cpu" ? kind_text(kind) : fmt::format("{} on {}", kind_text(kind), device);
    if (others.empty()) throw UsageError(fmt::format("no engine here runs {}", what));
    throw UsageError(
        fmt::format("engine={} does not run {}: leave engine out, or name one of: {}", engine, what, others));
}

const EnginePlugin& plugin_of(const EngineEntry& entry) {
    const void* symbol = plugin_symbol(entry.plugin, engine_plugin_symbol, entry.purpose, entry.lookup);
    const auto& plugin = *static_cast<const EnginePlugin*>(symbol);
    check_version(plugin, entry);
    return plugin;
}

Engine* make_by_plugin(const EngineEntry& entry, ModelSource source, const EngineOptions& options) {
    return plugin_of(entry).make(std::move(source), options);
}

}  // namespace

std::string_view kind_of(const ModelSource& source) {
    const auto* file = std::get_if<ExportedFile>(&source);
    return file != nullptr ? std::string_view(file->format) : network_kind;
}

bool EngineEntry::takes_kind(std::string_view kind) const {
    return std::find(takes.begin(), takes.end(), kind) != takes.end();
}

bool EngineEntry::computes_on(std::string_view device) const {
    return device == "cpu" || std::any_of(devices.begin(), devices.end(), [&](const std::string& kind) {
               return device == kind || device.starts_with(kind + ":");
           });
}

bool is_here(const EngineEntry& entry) {
    return entry.built_in != nullptr || plugin_is_here(entry.plugin);
}

std::string library_of(const EngineEntry& entry) {
    return entry.built_in != nullptr ? fmt::format("yolo.cpp {}", version) : plugin_of(entry).library();
}

const EngineTable& engine_table() {
    static const EngineTable table = {
        // oneDNN is 54 MB and brings OpenMP: both are loaded when a network is to run, not when `yolo help`
        // does.
        {.name = "cpu", .purpose = "the CPU engine", .takes = {"network"}, .plugin = "yolo_cpu"},
        {.name = "torch",
         .purpose = "the engine 'torch'",
         .takes = {"network", "torchscript"},
         .plugin = "yolo_torch",
         .devices = {"cuda"},
         .whole_batches = true,
         .lookup = SymbolLookup::plugin_first},
        {.name = "reference",
         .purpose = "the engine 'reference'",
         .takes = {"network"},
         .built_in = make_reference_engine},
        {.name = "onnxruntime",
         .purpose = "the engine 'onnxruntime'",
         .takes = {"onnx"},
         .plugin = "yolo_onnxruntime",
         .devices = {"cuda"},
         .lookup = SymbolLookup::plugin_first},
        {.name = "openvino",
         .purpose = "the engine 'openvino'",
         .takes = {"openvino", "onnx"},
         .plugin = "yolo_openvino",
         .devices = {"intel"},
         .lookup = SymbolLookup::plugin_first},
        {.name = "opencv",
         .purpose = "the engine 'opencv'",
         .takes = {"onnx"},
         .plugin = "yolo_opencv",
         .only_named = true},
        {.name = "litert", .purpose = "the engine 'litert'", .takes = {"litert"}, .plugin = "yolo_litert"},
    };
    return table;
}

void check_version(const EnginePlugin& plugin, const EngineEntry& entry) {
    if (plugin.abi == engine_abi && plugin.layout == engine_layout()) return;
    throw Error(fmt::format(
        "{} is of another version: lib{}.so was built for engines {}.{:x}, this program has {}.{:x}: "
        "build everything again, or install the whole package anew",
        entry.purpose, entry.plugin, plugin.abi, plugin.layout, engine_abi, engine_layout()));
}

const EngineEntry& find_engine(const std::string& name, std::string_view kind, std::string_view device,
                               const EngineTable& table) {
    const auto suits = [&](const EngineEntry& entry) {
        return entry.takes_kind(kind) && entry.computes_on(device) &&
               (!entry.only_named || entry.name == name);
    };
    const auto found = std::find_if(table.begin(), table.end(), [&](const EngineEntry& entry) {
        return name.empty() ? suits(entry) : entry.name == name;
    });
    if (name.empty() && found != table.end() && !is_here(*found)) {  // the next one that can, if it is here
        const auto other = std::find_if(
            found, table.end(), [&](const EngineEntry& entry) { return suits(entry) && is_here(entry); });
        return other == table.end() ? *found : *other;
    }
    if (found == table.end() && !name.empty())
        throw UsageError(fmt::format("there is no engine '{}'; there are: {}", name,
                                     names_of(table, [](const EngineEntry&) { return true; })));
    if (found == table.end() || !suits(*found)) refuse_kind(name, kind, device, table);
    return *found;
}

std::unique_ptr<Engine> make_engine(const std::string& name, ModelSource source, const EngineOptions& options,
                                    const EngineTable& table) {
    const EngineEntry& entry = find_engine(name, kind_of(source), options.device, table);
    const auto* file = std::get_if<ExportedFile>(&source);
    const std::string what = file != nullptr ? fmt::format("'{}', engine {}", file->path.string(), entry.name)
                                             : fmt::format("the engine {}", entry.name);
    const int stride = file != nullptr ? stride_of(*file) : 1;
    try {
        std::unique_ptr<Engine> engine(entry.built_in != nullptr
                                           ? entry.built_in(std::move(source), options)
                                           : make_by_plugin(entry, std::move(source), options));
        return for_any_batch(within_rim(std::move(engine), what, stride));
    } catch (...) {
        rethrow_as_sentence(what);
    }
}

}  // namespace yolo::engines
