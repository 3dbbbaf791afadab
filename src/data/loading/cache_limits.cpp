// SPDX-License-Identifier: Apache-2.0
#include "data/loading/cache_limits.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string_view>

#include <fmt/core.h>

#include "image/picture_sizes.hpp"

namespace yolo::data {

namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

/// The number behind a word of a file, 0 when there is no such file or word.
double number_behind(std::string_view word, const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string key;
    for (double number = 0; file >> key >> number;) {
        if (key == word) return number;
    }
    return 0;
}

double bytes_of(const Dataset& dataset, const LoaderOptions& options) {
    const bool resized = options.cache == PictureCache::ram && dataset.spec().task != Task::classify;
    const int channels = resized ? options.channels : 3;
    double bytes = 0;
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        Size size = dataset.picture_size(i);
        if (resized) size = image::loaded_size(size, options.imgsz);
        bytes += static_cast<double>(channels) * size.height * size.width;
    }
    return bytes;
}

}  // namespace

double cgroup_memory(const std::filesystem::path& cgroup) {
    double limit = 0, used = 0;
    std::ifstream limit_file(cgroup / "memory.max"), used_file(cgroup / "memory.current");
    if (!(limit_file >> limit && used_file >> used)) return std::numeric_limits<double>::infinity();
    return limit - used + number_behind("inactive_file", cgroup / "memory.stat");
}

double available_memory() {
    std::ifstream file("/proc/meminfo");
    std::string key, unit;
    for (double kibibytes = 0; file >> key >> kibibytes; std::getline(file, unit)) {
        if (key == "MemAvailable:") return std::min(kibibytes * 1024, cgroup_memory());
    }
    return cgroup_memory();
}

std::string cache_refusal(const Dataset& dataset, const LoaderOptions& options) {
    const bool ram = options.cache == PictureCache::ram;
    const double needed = bytes_of(dataset, options) * (ram ? 2.0 : 1.1);
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
