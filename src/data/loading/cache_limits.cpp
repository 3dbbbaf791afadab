// SPDX-License-Identifier: Apache-2.0
#include "data/loading/cache_limits.hpp"

#include <algorithm>
#include <fstream>
#include <limits>

#include <fmt/core.h>

#include "image/picture_sizes.hpp"

namespace yolo::data {

namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

double cgroup_memory() {
    double limit = 0, used = 0;
    std::ifstream limit_file("/sys/fs/cgroup/memory.max"), used_file("/sys/fs/cgroup/memory.current");
    if (limit_file >> limit && used_file >> used) return limit - used;
    return std::numeric_limits<double>::infinity();  // "max", or no cgroup
}

double bytes_of(const Dataset& dataset, PictureCache cache, int imgsz) {
    double bytes = 0;
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        Size size = dataset.picture_size(i);
        if (cache == PictureCache::ram) size = image::loaded_size(size, imgsz);
        bytes += 3.0 * size.height * size.width;
    }
    return bytes;
}

}  // namespace

double available_memory() {
    std::ifstream file("/proc/meminfo");
    std::string key, unit;
    for (double kibibytes = 0; file >> key >> kibibytes; std::getline(file, unit)) {
        if (key == "MemAvailable:") return std::min(kibibytes * 1024, cgroup_memory());
    }
    return cgroup_memory();
}

std::string cache_refusal(const Dataset& dataset, PictureCache cache, int imgsz) {
    const bool ram = cache == PictureCache::ram;
    const double needed = bytes_of(dataset, cache, imgsz) * (ram ? 2.0 : 1.1);
    double available = 0;
    if (ram) {
        available = available_memory();
    } else {
        std::error_code failure;
        const auto space = std::filesystem::space(dataset.picture(0).parent_path(), failure);
        if (!failure) available = static_cast<double>(space.available);
    }
    if (needed <= available) return {};
    return fmt::format(
        "cache={} is not used: its pictures need {:.2f} GB with a margin, {:.2f} GB of {} are free",
        ram ? "ram" : "disk", needed / gibibyte, available / gibibyte, ram ? "memory" : "the disk");
}

}  // namespace yolo::data
