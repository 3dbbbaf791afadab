// SPDX-License-Identifier: Apache-2.0
#include "image/picture_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace yolo::image {

int input_side(int side, int stride, int floor) {
    const int raised = (std::max(side, 1) + stride - 1) / stride * stride;
    return std::max(raised, floor);
}

Size loaded_size(Size picture, int imgsz) {
    const double ratio = static_cast<double>(imgsz) / std::max(picture.height, picture.width);
    const auto side = [&](int length) {
        return std::min(static_cast<int>(std::ceil(length * ratio)), imgsz);
    };
    return ratio == 1 ? picture : Size{side(picture.height), side(picture.width)};
}

RectBatches rect_batches(std::span<const Size> pictures, int imgsz, int batch, int stride, double pad) {
    const auto aspect = [&](std::size_t i) {
        return static_cast<double>(pictures[i].height) / pictures[i].width;
    };
    const auto size = static_cast<std::size_t>(batch);
    RectBatches batches;
    batches.order.resize(pictures.size());
    std::iota(batches.order.begin(), batches.order.end(), std::size_t{0});
    std::stable_sort(batches.order.begin(), batches.order.end(),
                     [&](std::size_t a, std::size_t b) { return aspect(a) < aspect(b); });
    for (std::size_t first = 0; first < batches.order.size(); first += size) {
        const std::size_t last = std::min(first + size, batches.order.size()) - 1;
        const double lowest = aspect(batches.order[first]);
        const double highest = aspect(batches.order[last]);
        const double height = highest < 1 ? highest : 1;
        const double width = highest >= 1 && lowest > 1 ? 1 / lowest : 1;
        const auto side = [&](double share) {
            return static_cast<int>(std::ceil(share * imgsz / stride + pad)) * stride;
        };
        batches.shapes.push_back({side(height), side(width)});
    }
    return batches;
}

}  // namespace yolo::image
