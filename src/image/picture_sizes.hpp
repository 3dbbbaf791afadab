// SPDX-License-Identifier: Apache-2.0
/// \file Sizes of pictures on their way to the network.
#pragma once

#include <span>
#include <vector>

#include <yolo/image.hpp>

namespace yolo::image {

/// A side of the network input: `side` raised to a multiple of `stride`, at least one stride and at least
/// `floor`.
int input_side(int side, int stride, int floor = 0);

/// Of a picture read for training or validation: the long side becomes `imgsz`, the other is rounded up.
Size loaded_size(Size picture, int imgsz);

struct RectBatches {
    std::vector<std::size_t> order;  ///< picture index at each place: by height / width, equal ones by index
    std::vector<Size> shapes;        ///< of each batch of `batch` places
};

/// Batches of pictures with alike aspect ratios, each with the smallest input that holds them; `pad` in
/// strides.
RectBatches rect_batches(std::span<const Size> pictures, int imgsz, int batch, int stride, double pad);

}  // namespace yolo::image
