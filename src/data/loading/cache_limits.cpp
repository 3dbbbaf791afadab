// SPDX-License-Identifier: Apache-2.0
#include "data/loading/cache_limits.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string_view>
#include <unordered_map>

#include <fmt/core.h>
#include <unistd.h>

#include "data/loading/picture_file.hpp"
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

double bytes_in_memory(const Dataset& dataset, const LoaderOptions& options) {
    const bool resized = dataset.spec().task != Task::classify;
    const int channels = resized ? options.channels : 3;
    double bytes = 0;
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        Size size = dataset.picture_size(i);
        if (resized) size = image::loaded_size(size, options.imgsz);
        bytes += static_cast<double>(channels) * size.height * size.width;
    }
    return bytes;
}

/// What is still to be written.
struct DiskNeed {
    double bytes = 0;
    std::string closed;  ///< a folder that it cannot be written to, or ""
};

DiskNeed needed_on_disk(const Dataset& dataset) {
    DiskNeed need;
    std::unordered_map<std::string, bool> writable;
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        const std::filesystem::path picture = dataset.picture(i);
        std::error_code ignored;
        if (std::filesystem::exists(disk_cache_of(picture), ignored)) continue;
        const Size size = dataset.picture_size(i);
        need.bytes += 3.0 * size.height * size.width;
        std::string folder = picture.parent_path().string();
        if (folder.empty()) folder = ".";
        const auto [known, is_new] = writable.emplace(folder, true);
        if (is_new) known->second = ::access(folder.c_str(), W_OK) == 0;
        if (!known->second && need.closed.empty()) need.closed = folder;
    }
    return need;
}

std::string refusal_of(const char* cache, double needed, double available, const char* place) {
    if (needed <= available) return {};
    return fmt::format(
        "cache={} is not used: its pictures need {:.2f} GB with a margin, {:.2f} GB of {} are free", cache,
        needed / gibibyte, available / gibibyte, place);
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
    if (options.cache == PictureCache::ram)
        return refusal_of("ram", 2.0 * bytes_in_memory(dataset, options), available_memory(), "memory");
    const DiskNeed need = needed_on_disk(dataset);
    if (!need.closed.empty())
        return fmt::format("cache=disk is not used: the folder '{}' cannot be written to", need.closed);
    std::error_code failure;
    const auto space = std::filesystem::space(dataset.picture(0).parent_path(), failure);
    return refusal_of("disk", 1.1 * need.bytes, failure ? 0 : static_cast<double>(space.available),
                      "the disk");
}

}  // namespace yolo::data
