// SPDX-License-Identifier: Apache-2.0
/// \file What the plug-in libyolo_torch says of LibTorch.
#pragma once

#include <string>

namespace yolo {

/// LibTorch as it is here.
struct TorchFacts {
    std::string version;  ///< "2.15.0"
    int cuda = 0;         ///< version of its CUDA half, 13020 is 13.2; 0: it has none
    int gpus = 0;         ///< that it can compute on
};
using DescribeTorch = void(TorchFacts& facts);
inline constexpr char describe_torch_name[] = "yolo_describe_torch";

/// Opens the plug-in. Throws Error that says how to get it when it is missing. `purpose`: of that sentence.
TorchFacts torch_facts(const std::string& purpose);

/// Bytes of a GPU's memory, as LibTorch's allocator sees it.
struct TorchMemory {
    double held = 0, free = 0;  ///< by this process, by nobody
    double peak = 0;            ///< the most that was held since the last restart
};
using TorchMemoryOf = void(const std::string& device, bool restart, TorchMemory& memory);
inline constexpr char torch_memory_name[] = "yolo_torch_memory";
/// `device`: "cuda:0". `restart`: what no tensor uses is given back first, and the peak begins anew.
TorchMemory torch_memory(const std::string& device, bool restart = false);

}  // namespace yolo
