// SPDX-License-Identifier: Apache-2.0
#include "train/torch/picture_input.hpp"

#include "kernels/pixels.hpp"

namespace yolo::train {

namespace {

constexpr std::int64_t pixels_per_task = 1 << 14;

template <class T>
void convert(const at::Tensor& images, at::Tensor& to) {
    const std::int64_t channels = images.size(3);
    const auto* from = images.const_data_ptr<std::uint8_t>();
    auto* first = static_cast<T*>(to.data_ptr());
    at::parallel_for(
        0, images.numel() / channels, pixels_per_task, [&](std::int64_t begin, std::int64_t end) {
            kernels::convert_pixels(from + begin * channels, end - begin, channels, first + begin * channels);
        });
}

}  // namespace

at::Tensor network_input(const at::Tensor& images, at::ScalarType type) {
    if (images.is_floating_point()) return images.to(type).contiguous(channels_last);
    const bool ours = images.device().is_cpu() && (type == at::kFloat || type == at::kBFloat16);
    if (!ours) return images.flip(3).permute({0, 3, 1, 2}).to(type).div_(255);
    const at::Tensor dense = images.contiguous();
    at::Tensor x = at::empty({images.size(0), images.size(3), images.size(1), images.size(2)},
                             images.options().dtype(type).memory_format(channels_last));
    if (type == at::kFloat) {
        convert<float>(dense, x);
    } else {
        convert<Bf16>(dense, x);
    }
    return x;
}

}  // namespace yolo::train
