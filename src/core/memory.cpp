// SPDX-License-Identifier: Apache-2.0
#include "core/memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace yolo {

namespace fs = std::filesystem;

namespace {

std::optional<std::int64_t> number_in(const fs::path& path) {
    std::ifstream file(path);
    std::int64_t value = 0;
    if (file >> value) return value;  // "max" is none
    return std::nullopt;
}

/// The number behind `key` and a separator in a file of lines.
std::int64_t field(const fs::path& path, std::string_view key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(key) || line.size() <= key.size()) continue;
        if (const char next = line[key.size()]; next != ' ' && next != ':') continue;
        return std::atoll(line.c_str() + key.size() + 1);
    }
    return 0;
}

constexpr std::int64_t kibibyte = 1024;

/// How one version of cgroups calls its files.
struct CgroupFiles {
    const char *mount, *limit, *usage, *reclaimable;
};
constexpr CgroupFiles version1 = {"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                                  "total_inactive_file"};
constexpr CgroupFiles version2 = {"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};

/// What the limits of a group and of those above it leave. `group`: as /proc/self/cgroup names it; inside a
/// container the mount may begin at that group, which then is not found under its name.
void apply_limits(const fs::path& root, const CgroupFiles& files, const fs::path& group, MemoryRoom& room) {
    const fs::path mount = root / files.mount;
    fs::path folder = mount / group.relative_path();
    std::error_code absent;
    if (!fs::exists(folder / files.usage, absent)) folder = mount;
    for (;; folder = folder.parent_path()) {
        const auto limit = number_in(folder / files.limit), usage = number_in(folder / files.usage);
        if (limit && usage) {
            const std::int64_t left = *limit - *usage + field(folder / "memory.stat", files.reclaimable);
            if (left < room.bytes) room = {std::max<std::int64_t>(left, 0), true};
        }
        if (folder == mount || !folder.has_relative_path()) return;
    }
}

}  // namespace

MemoryRoom memory_room(const fs::path& root) {
    const std::int64_t available = field(root / "proc/meminfo", "MemAvailable");
    MemoryRoom room{available > 0 ? available * kibibyte : std::numeric_limits<std::int64_t>::max(), false};
    std::ifstream groups(root / "proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {  // "4:memory:/a/b", "0::/a/b"
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        std::istringstream controllers(line.substr(first + 1, second - first - 1));
        const fs::path group = line.substr(second + 1);
        if (second == first + 1) apply_limits(root, version2, group, room);
        for (std::string name; std::getline(controllers, name, ',');)
            if (name == "memory") apply_limits(root, version1, group, room);
    }
    return room;
}

std::int64_t resident_memory() {
    return field("/proc/self/status", "VmRSS") * kibibyte;
}

std::int64_t peak_memory() {
    return field("/proc/self/status", "VmHWM") * kibibyte;
}

bool peak_memory_restarted() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
    std::ofstream file("/proc/self/clear_refs");
    file << "5";  // proc(5): the peak becomes what is resident now
    file.flush();
    return file.good();
}

}  // namespace yolo
