// SPDX-License-Identifier: Apache-2.0
#include "train/torch/device_memory.hpp"

namespace yolo::train {

namespace {

constexpr std::size_t all_pools = 0;

}  // namespace

double reserved_bytes(const at::Device& device, bool peak) {
    const auto stats = at::getDeviceAllocator(device.type())->getDeviceStats(device.index());
    const auto& reserved = stats.reserved_bytes[all_pools];
    return static_cast<double>(peak ? reserved.peak : reserved.current);
}

double free_bytes(const at::Device& device) {
    return static_cast<double>(at::getDeviceAllocator(device.type())->getMemoryInfo(device.index()).first);
}

void restart_peak(const at::Device& device) {
    auto* allocator = at::getDeviceAllocator(device.type());
    allocator->emptyCache();
    allocator->resetPeakStats(device.index());
}

}  // namespace yolo::train
