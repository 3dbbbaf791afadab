// SPDX-License-Identifier: Apache-2.0
#include "data/loading/epoch_plan.hpp"

#include <algorithm>

#include "image/picture_sizes.hpp"

namespace yolo::data {

namespace {

/// Pictures from which partners are drawn, as the reference keeps them at hand, and never more memory.
constexpr std::size_t most_window = 1000, window_batches = 8, most_window_bytes = std::size_t{256} << 20;

std::vector<std::uint32_t> epoch_order(const LoadOrder& order, std::uint64_t seed, int epoch) {
    if (!order.fixed.empty()) return order.fixed;
    const RandomKey key{seed, static_cast<std::uint64_t>(epoch), 0, 0};
    return random_order(order.pictures, key(Operation::order));
}

std::vector<std::uint32_t> in_sequence(std::size_t count) {
    std::vector<std::uint32_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::uint32_t>(i);
    return order;
}

}  // namespace

LoadOrder make_load_order(std::size_t pictures, std::span<const Size> picture_sizes,
                          const LoaderOptions& options) {
    constexpr double validation_pad = 0.5;  // strides
    LoadOrder order;
    order.pictures = pictures;
    order.batch = static_cast<int>(std::min(static_cast<std::size_t>(options.batch), pictures));
    const auto batch = static_cast<std::size_t>(order.batch);
    bool shuffled = options.training;
    if (options.rect) {
        image::RectBatches rect =
            image::rect_batches(picture_sizes, options.imgsz, order.batch, std::max(options.stride, 32),
                                options.training ? 0.0 : validation_pad);
        order.shapes = std::move(rect.shapes);
        const auto differs = [&](Size shape) { return shape != order.shapes.front(); };
        if (std::any_of(order.shapes.begin(), order.shapes.end(), differs)) shuffled = false;
        if (!shuffled) order.fixed.assign(rect.order.begin(), rect.order.end());
    } else {
        const Size shape = options.shape.value_or(Size{options.imgsz, options.imgsz});
        order.shapes.assign((pictures + batch - 1) / batch, shape);
        if (!shuffled) order.fixed = in_sequence(pictures);
    }
    const std::size_t picture_bytes =
        std::size_t{3} * static_cast<std::size_t>(options.imgsz) * static_cast<std::size_t>(options.imgsz);
    order.kept_window = std::min({pictures, window_batches * batch, most_window,
                                  std::max<std::size_t>(most_window_bytes / picture_bytes, 4)});
    order.window_opens = options.cache != PictureCache::ram;
    order.window = order.window_opens ? order.kept_window : pictures;
    return order;
}

EpochPlan::EpochPlan(const LoadOrder& order, std::uint64_t seed, int epoch)
    : window_(order.window),
      batch_(static_cast<std::size_t>(order.batch)),
      first_batch_(static_cast<std::size_t>(epoch) * order.shapes.size()),
      window_opens_(order.window_opens),
      current_(epoch_order(order, seed, epoch)) {
    if (epoch > 0) previous_ = epoch_order(order, seed, epoch - 1);
}

std::size_t EpochPlan::window_at(std::size_t place) const {
    constexpr std::size_t workers = 8;
    if (!window_opens_) return window_;
    const std::size_t earlier_batches = (first_batch_ + place / batch_) / workers;
    return std::min(window_, earlier_batches * batch_ + place % batch_ + 1);
}

Turn EpochPlan::partner(std::size_t place, Random& random) const {
    const std::size_t back = random.below(window_at(place));
    if (back <= place) return {place - back};
    if (previous_.empty()) return {back};
    return {previous_.size() + place - back, true};
}

}  // namespace yolo::data
