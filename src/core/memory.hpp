// SPDX-License-Identifier: Apache-2.0
/// \file How much memory this process has, and may have.
#pragma once

#include <cstdint>
#include <filesystem>

namespace yolo {

/// Memory that this process can still take.
struct MemoryRoom {
    std::int64_t bytes = 0;
    bool limited = false;  ///< by a cgroup (a container), not by what the machine has
};

/// The least of what the kernel calls available and what the limits of this process's cgroup (v1 or v2) and
/// of those above it leave. File caches that the kernel can drop count as free. `root`: where proc/ and sys/
/// are.
MemoryRoom memory_room(const std::filesystem::path& root = "/");

/// Bytes of this process that are in memory now.
std::int64_t resident_memory();

/// The most bytes that were in memory at a time since peak_memory_restarted() returned true, else since the
/// process began.
std::int64_t peak_memory();
/// Gives free memory back to the system and begins the peak anew; false where the system does not let us.
bool peak_memory_restarted();

}  // namespace yolo
