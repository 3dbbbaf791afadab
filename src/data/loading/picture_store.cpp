// SPDX-License-Identifier: Apache-2.0
#include "data/loading/picture_store.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "data/loading/picture_file.hpp"
#include "image/channels.hpp"
#include "image/codec.hpp"
#include "image/picture_sizes.hpp"

namespace yolo::data {

PictureStore::PictureStore(std::shared_ptr<const Dataset> dataset, const LoaderOptions& options,
                           std::size_t capacity)
    : dataset_(std::move(dataset)),
      imgsz_(dataset_->spec().task == Task::classify ? 0 : options.imgsz),
      channels_(imgsz_ == 0 ? 3 : options.channels),
      cache_(options.cache),
      capacity_(cache_ == PictureCache::ram ? std::numeric_limits<std::size_t>::max() : capacity),
      unreadable_(dataset_->size()) {}

cv::Mat PictureStore::get(std::size_t index, PictureUse use) {
    if (capacity_ == 0) return try_load(index);
    std::promise<cv::Mat> promise;
    {
        std::unique_lock lock(mutex_);
        if (const auto found = entries_.find(index); found != entries_.end()) {
            if (use == PictureUse::own_place) ages_.splice(ages_.end(), ages_, found->second.age);
            const std::shared_future<cv::Mat> picture = found->second.picture;
            lock.unlock();
            return picture.get();
        }
        entries_.emplace(index, Entry{promise.get_future().share(), ages_.insert(ages_.end(), index)});
        ++decoded_;
        forget_oldest();
    }
    try {
        cv::Mat picture = try_load(index);
        promise.set_value(picture);
        return picture;
    } catch (...) {
        promise.set_exception(std::current_exception());
        throw;
    }
}

/// With the mutex held. Threads that wait for a forgotten picture still get it.
void PictureStore::forget_oldest() {
    while (entries_.size() > capacity_) {
        entries_.erase(ages_.front());
        ages_.pop_front();
    }
}

std::vector<std::string> PictureStore::take_warnings() {
    std::vector<std::string> warnings;
    if (std::string news = unreadable_.news(); !news.empty()) warnings.push_back(std::move(news));
    const std::lock_guard lock(mutex_);
    if (!not_kept_.empty() && !std::exchange(not_kept_told_, true))
        warnings.push_back(fmt::format(
            "cache=disk does not keep every picture, those are decoded anew each time: {}", not_kept_));
    return warnings;
}

/// What a picture's file or its codec throw concerns that picture alone; without memory nothing goes on.
cv::Mat PictureStore::try_load(std::size_t index) {
    try {
        return load(index);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const Error& error) {  // says which file
        unreadable_.add(index, error.what());
    } catch (const std::exception& error) {
        unreadable_.add(index, fmt::format("cannot read the picture '{}': {}",
                                           dataset_->picture(index).string(), error.what()));
    }
    return {};
}

cv::Mat PictureStore::read(std::size_t index) {
    const std::filesystem::path path = dataset_->picture(index);
    if (cache_ != PictureCache::disk) return image::with_channels(image::read_image(path), channels_);
    const CachedPicture cached = read_through_disk_cache(path);
    if (!cached.not_kept.empty()) {
        const std::lock_guard lock(mutex_);
        if (not_kept_.empty()) not_kept_ = cached.not_kept;
    }
    return image::with_channels(cached.pixels, channels_);
}

cv::Mat PictureStore::load(std::size_t index) {
    const cv::Mat picture = read(index);
    if (imgsz_ == 0) return picture;
    const Size size = image::loaded_size({picture.rows, picture.cols}, imgsz_);
    if (size == Size{picture.rows, picture.cols}) return picture;
    cv::Mat resized;
    cv::resize(picture, resized, {size.width, size.height}, 0, 0, cv::INTER_LINEAR);
    return resized;
}

std::size_t PictureStore::decoded() const {
    const std::lock_guard lock(mutex_);
    return decoded_;
}

std::size_t default_capacity(const LoaderOptions& options, std::size_t in_use) {
    constexpr std::size_t most_bytes = std::size_t{128} << 20;
    const auto side = static_cast<std::size_t>(options.imgsz);
    const std::size_t picture_bytes = static_cast<std::size_t>(options.channels) * side * side;
    return std::max(in_use, most_bytes / picture_bytes);
}

}  // namespace yolo::data
