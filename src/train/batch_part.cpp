// SPDX-License-Identifier: Apache-2.0
#include "train/batch_part.hpp"

#include <algorithm>
#include <memory>

namespace yolo::train {

namespace {

/// The first `count` of a tensor's first dimension, where they lie.
Tensor first_of(const Tensor& tensor, std::int64_t count) {
    if (tensor.empty()) return tensor;
    Shape shape = tensor.shape();
    shape[0] = std::min(shape[0], count);
    return Tensor(tensor.dtype(), std::move(shape), std::make_shared<Tensor>(tensor), tensor.raw());
}

/// The first `objects` of `all` rows.
template <class T>
std::vector<T> first_rows(const std::vector<T>& values, std::size_t objects, std::size_t all) {
    if (all == 0) return {};
    return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / all * objects)};
}

}  // namespace

data::Batch batch_part(const data::Batch& batch, int pictures, bool overlap_mask) {
    if (pictures >= batch.size()) return batch;
    data::Batch part;
    part.number = batch.number;
    part.first = batch.first;
    part.pictures.assign(batch.pictures.begin(), batch.pictures.begin() + pictures);
    part.images = first_of(batch.images, pictures);
    const std::size_t all = batch.objects();
    std::size_t objects = static_cast<std::size_t>(pictures);  // classify: one a picture
    if (!batch.picture_of.empty())
        objects = static_cast<std::size_t>(std::ranges::lower_bound(batch.picture_of, pictures) -
                                           batch.picture_of.begin());
    else if (!batch.boxes.empty() || all == 0)
        objects = 0;
    part.picture_of = first_rows(batch.picture_of, objects, all);
    part.classes = first_rows(batch.classes, objects, all);
    part.boxes = first_rows(batch.boxes, objects, all);
    part.keypoints = first_rows(batch.keypoints, objects, all);
    part.masks = first_of(batch.masks, overlap_mask ? pictures : static_cast<std::int64_t>(objects));
    return part;
}

}  // namespace yolo::train
