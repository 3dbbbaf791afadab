// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo {

struct SystemFact {
    std::string label;
    std::string value;
};

/// What `yolo checks` says about this machine: system, processor and its instruction sets, threads, memory,
/// disk, the plug-ins that lie beside the library, LibTorch (which this loads) and GPUs.
std::vector<SystemFact> system_facts();

/// The engines, by name: what each computes with and its version, and what it runs; or why it is not here.
/// Opens their libraries.
std::vector<SystemFact> engine_facts();

/// The formats of `yolo export`, by name: suffix, bits, options of each, and the engines here that run and
/// check its files.
std::vector<SystemFact> format_facts();

}  // namespace yolo
