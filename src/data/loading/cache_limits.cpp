// SPDX-License-Identifier: Apache-2.0
#include "data/loading/cache_limits.hpp"

#include <unordered_map>

#include <fmt/core.h>
#include <unistd.h>

#include "core/memory.hpp"
#include "data/loading/picture_file.hpp"
#include "image/picture_sizes.hpp"

namespace yolo::data {

namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

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

std::string cache_refusal(const Dataset& dataset, const LoaderOptions& options) {
    if (options.cache == PictureCache::ram)
        return refusal_of("ram", 2.0 * bytes_in_memory(dataset, options),
                          static_cast<double>(memory_room().bytes), "memory");
    const DiskNeed need = needed_on_disk(dataset);
    if (!need.closed.empty())
        return fmt::format("cache=disk is not used: the folder '{}' cannot be written to", need.closed);
    std::error_code failure;
    const auto space = std::filesystem::space(dataset.picture(0).parent_path(), failure);
    return refusal_of("disk", 1.1 * need.bytes, failure ? 0 : static_cast<double>(space.available),
                      "the disk");
}

}  // namespace yolo::data
