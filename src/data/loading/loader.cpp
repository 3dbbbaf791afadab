// SPDX-License-Identifier: Apache-2.0
#include "data/loader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "data/loading/batch_loader.hpp"
#include "data/loading/cache_limits.hpp"
#include "data/loading/picture_store.hpp"
#include "data/loading/sample_maker.hpp"
#include "image/channels.hpp"

namespace yolo::data {

namespace {

std::vector<Size> picture_sizes(const Dataset& dataset) {
    std::vector<Size> sizes;
    for (std::size_t i = 0; i < dataset.size(); ++i) sizes.push_back(dataset.picture_size(i));
    return sizes;
}

/// The cache that can be used, with a warning where it is another than was asked for. Memory does for the
/// disk.
PictureCache possible_cache(const Dataset& dataset, LoaderOptions options) {
    if (options.cache == PictureCache::none) return PictureCache::none;
    const std::string refusal = cache_refusal(dataset, options);
    if (refusal.empty()) return options.cache;
    bool in_memory = false;
    if (options.cache == PictureCache::disk) {
        options.cache = PictureCache::ram;
        in_memory = cache_refusal(dataset, options).empty();
    }
    if (options.log)
        options.log(LogLevel::warning,
                    fmt::format("{}: {}", refusal,
                                in_memory ? "cache=ram is used instead"
                                          : "each picture is decoded whenever it is wanted"));
    return in_memory ? PictureCache::ram : PictureCache::none;
}

}  // namespace

std::unique_ptr<Loader> make_loader(std::shared_ptr<const Dataset> dataset, LoaderOptions options) {
    if (dataset->size() == 0) throw Error("a data set without pictures cannot be loaded");
    if (options.batch < 1 || options.imgsz < 1) throw UsageError("batch and imgsz must be at least 1");
    image::check_picture_depth(options.channels);
    const PictureCache cache = possible_cache(*dataset, options);
    // From which pictures partners are drawn depends on whether all are in memory. Where memory only stands
    // in for the disk nothing changes: the training is the same on a machine whose disk can be written to.
    if (options.cache != PictureCache::disk) options.cache = cache;
    const LoadOrder order = make_load_order(
        dataset->size(), options.rect ? picture_sizes(*dataset) : std::vector<Size>(), options);
    const std::size_t ahead = static_cast<std::size_t>(std::max(options.workers, 0)) + 2;
    const std::size_t in_use = order.kept_window + ahead * static_cast<std::size_t>(order.batch);
    const bool has_partners = options.training && dataset->spec().task != Task::classify;
    const std::size_t kept = has_partners ? default_capacity(options, in_use) : 0;
    options.cache = cache;
    auto pictures = std::make_shared<PictureStore>(dataset, options, kept);
    return make_batch_loader(order, make_sample_maker({std::move(dataset), pictures, options}), pictures,
                             options);
}

}  // namespace yolo::data
