// SPDX-License-Identifier: Apache-2.0
#include "data/loading/batch_pool.hpp"

#include <algorithm>
#include <cstring>

#include <opencv2/core.hpp>

namespace yolo::data {

namespace {

template <class T>
void add(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

/// All masks as one tensor (count, h, w), 32 bit when one of them is.
Tensor stack_masks(const std::vector<cv::Mat>& masks) {
    const bool wide =
        std::any_of(masks.begin(), masks.end(), [](const cv::Mat& mask) { return mask.depth() == CV_32S; });
    const int height = masks.front().rows, width = masks.front().cols;
    Tensor all = Tensor::allocate(wide ? DType::i32 : DType::u8,
                                  {static_cast<std::int64_t>(masks.size()), height, width});
    auto* to = wide ? reinterpret_cast<std::uint8_t*>(all.mutable_values<std::int32_t>().data())
                    : all.mutable_values<std::uint8_t>().data();
    for (const cv::Mat& mask : masks) {
        cv::Mat place(height, width, wide ? CV_32S : CV_8U, to);
        mask.convertTo(place, place.type());
        to += place.total() * place.elemSize();
    }
    return all;
}

void close_gaps(Batch& batch, std::vector<std::optional<MadeSample>>& samples) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!samples[i]) continue;
        if (kept < i) {
            cv::Mat place = picture_place(batch, kept);
            picture_place(batch, i).copyTo(place);
            samples[kept] = std::move(samples[i]);
        }
        ++kept;
    }
    if (kept == samples.size()) return;
    samples.resize(kept);
    Shape shape = batch.images.shape();
    shape.front() = static_cast<std::int64_t>(kept);
    batch.images = Tensor(DType::u8, shape, std::make_shared<Tensor>(batch.images), batch.images.raw());
    batch.pictures.resize(kept);
}

}  // namespace

void BatchPool::Pixels::fit(std::size_t bytes) {
    if (memory.empty() || memory.bytes() < bytes) {
        memory = Tensor::allocate(DType::u8, {static_cast<std::int64_t>(bytes)});
    }
}

std::shared_ptr<Batch> BatchPool::take(int pictures, Size shape, int channels) {
    Pixels pixels;
    {
        const std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            pixels = std::move(free_.back());
            free_.pop_back();
        }
    }
    const Shape whole = {pictures, shape.height, shape.width, channels};
    pixels.fit(static_cast<std::size_t>(element_count(whole)));
    auto batch = std::make_unique<Batch>();
    batch->images = Tensor(DType::u8, whole, std::make_shared<Tensor>(pixels.memory), pixels.memory.raw());
    batch->pictures.resize(static_cast<std::size_t>(pictures));
    return {batch.release(), [pool = shared_from_this(), pixels = std::move(pixels)](Batch* done) {
                pool->give_back(done, pixels);
            }};
}

void BatchPool::give_back(Batch* batch, Pixels pixels) {
    delete batch;
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(pixels));
}

cv::Mat picture_place(Batch& batch, std::size_t i) {
    const std::size_t bytes = batch.images.bytes() / batch.pictures.size();
    auto* pixels = const_cast<std::byte*>(batch.images.raw());  // the pool's memory, not yet handed out
    return {batch.height(), batch.width(), CV_8UC(batch.channels()), pixels + i * bytes};
}

void fill_targets(Batch& batch, std::vector<std::optional<MadeSample>>& samples) {
    close_gaps(batch, samples);
    std::vector<cv::Mat> masks;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const Targets& targets = samples[i]->targets;
        batch.pictures[i] = samples[i]->picture;
        batch.picture_of.insert(batch.picture_of.end(), targets.classes.size(), static_cast<int>(i));
        add(batch.classes, targets.classes);
        add(batch.boxes, targets.boxes);
        add(batch.keypoints, targets.keypoints);
        add(masks, targets.masks);
    }
    if (!masks.empty()) batch.masks = stack_masks(masks);
}

}  // namespace yolo::data
