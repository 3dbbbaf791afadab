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

}  // namespace yolo
