// SPDX-License-Identifier: Apache-2.0
#include "core/torch_facts.hpp"

#include "core/plugin.hpp"

namespace yolo {

TorchFacts torch_facts(const std::string& purpose) {
    TorchFacts facts;
    void* describe = plugin_symbol("yolo_torch", describe_torch_name, purpose, SymbolLookup::plugin_first);
    reinterpret_cast<DescribeTorch*>(describe)(facts);
    return facts;
}

TorchMemory torch_memory(const std::string& device, bool restart) {
    TorchMemory memory;
    void* ask =
        plugin_symbol("yolo_torch", torch_memory_name, "device=" + device, SymbolLookup::plugin_first);
    reinterpret_cast<TorchMemoryOf*>(ask)(device, restart, memory);
    return memory;
}

}  // namespace yolo
