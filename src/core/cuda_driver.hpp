// SPDX-License-Identifier: Apache-2.0
/// \file What NVIDIA's driver says of its GPUs. The driver's library (libcuda.so.1) is opened when asked for:
/// no CUDA is needed to build or to run this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace yolo {

struct Gpu {
    std::string name;         ///< "NVIDIA A100-SXM4-40GB"
    std::int64_t memory = 0;  ///< bytes in all
    int capability = 0;       ///< 10 * major + minor: 80
    bool has_bf16() const { return capability >= 80; }
};

struct CudaDriver {
    std::vector<Gpu> gpus = {};  ///< by the number that `device` and LibTorch know them by
    int version = 0;             ///< of the newest CUDA that it serves: 13020 is 13.2
    std::string problem = {};    ///< why there are no GPUs: "no NVIDIA driver is installed (...)"
};

inline constexpr char cuda_driver_library[] = "libcuda.so.1";

CudaDriver cuda_driver(const char* library = cuda_driver_library);

/// The GPU with the most free memory; nothing where none can be asked.
std::optional<int> idlest_gpu(const char* library = cuda_driver_library);

/// "13.2" of 13020.
std::string cuda_version_text(int version);

/// "NVIDIA A100-SXM4-40GB (cuda:0)" of "cuda:0", or the device's own name when the driver does not know it.
std::string device_text(const std::string& device);

}  // namespace yolo
