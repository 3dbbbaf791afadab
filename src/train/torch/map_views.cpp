// SPDX-License-Identifier: Apache-2.0
#include "train/torch/map_views.hpp"

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "train/losses/row_losses.hpp"

namespace yolo::train {

void check_bins(int reg_max) {
    if (reg_max >= 2 && reg_max <= SideDistributions::most_bins) return;
    throw Error(fmt::format("reg_max {} cannot be trained: the losses of YOLOv8 take 2 to {}", reg_max,
                            SideDistributions::most_bins));
}

MapBuffers::MapBuffers(const HeadMaps& maps, const graph::DecodeHead& decode, Size input, bool differentiate)
    : differentiate_(differentiate) {
    head_.pictures = static_cast<int>(maps.box.front().size(0));
    head_.input = input;
    head_.class_count = decode.class_count;
    head_.bins = decode.reg_max;
    for (std::size_t i = 0; i < maps.box.size(); ++i) {
        HeadLevel level;
        level.height = static_cast<int>(maps.box[i].size(2));
        level.width = static_cast<int>(maps.box[i].size(3));
        level.stride = decode.strides[i];
        level.box = view(maps.box[i], level.box_gradient);
        level.cls = view(maps.cls[i], level.cls_gradient, true);
        if (!maps.extra.empty()) level.extra = view(maps.extra[i], level.extra_gradient);
        head_.levels.push_back(level);
    }
    if (!maps.proto.defined()) return;
    GradientView gradient;
    const MapView all = view(maps.proto.to(at::kFloat), gradient);
    const auto height = maps.proto.size(2), width = maps.proto.size(3);
    for (std::int64_t n = 0; n < head_.pictures; ++n) {
        const std::int64_t first = n * height * width * all.channels;
        float* own = gradient.data == nullptr ? nullptr : static_cast<float*>(gradient.data) + first;
        prototypes_.push_back({static_cast<const float*>(all.data) + first, own, static_cast<int>(height),
                               static_cast<int>(width), all.channels});
    }
}

MapView MapBuffers::view(const at::Tensor& map, GradientView& gradient, bool whole) {
    const bool bf16 = map.scalar_type() == at::kBFloat16;
    at::Tensor rows = map.detach().permute({0, 2, 3, 1});
    // float16 is too narrow for a gradient that the scaler has not multiplied yet.
    rows = rows.to(at::kCPU, bf16 ? at::kBFloat16 : at::kFloat).contiguous();
    maps_.push_back(map);
    rows_.push_back(rows);
    const auto channels = static_cast<int>(map.size(1));
    if (differentiate_) {
        gradients_.push_back(whole ? at::empty_like(rows) : at::zeros_like(rows));
        gradient = {gradients_.back().data_ptr(), bf16, channels};
    }
    return {rows.const_data_ptr(), bf16, channels};
}

std::vector<at::Tensor> MapBuffers::gradients() const {
    std::vector<at::Tensor> made;
    for (std::size_t i = 0; i < gradients_.size(); ++i) {
        made.push_back(gradients_[i].permute({0, 3, 1, 2}).to(maps_[i].device()));
    }
    return made;
}

}  // namespace yolo::train
