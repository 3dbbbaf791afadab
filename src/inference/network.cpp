// SPDX-License-Identifier: Apache-2.0
#include "inference/network.hpp"

#include "inference/step.hpp"

namespace yolo::inference {

namespace {

/// Pictures first .. first + count - 1, where they lie.
Tensor part_of(const Tensor& images, int first, int count) {
    Shape shape = images.shape();  // (N, H, W, 3) uint8
    const std::int64_t picture_bytes = shape[1] * shape[2] * shape[3];
    shape[0] = count;
    const auto owner = std::make_shared<Tensor>(images);
    return Tensor(DType::u8, std::move(shape), owner, images.raw() + first * picture_bytes);
}

}  // namespace

RunNetwork engine_network(engines::Engine& engine, const ModelInfo& info, bool augment) {
    return [&engine, info, augment](const data::Batch& batch, int first, int count) -> NetworkOutput {
        const Tensor pictures = part_of(batch.images, first, count);
        if (augment) return {run_augmented(engine, pictures, info)};
        return {engine.run({pictures, engines::Batch::Layout::nhwc_bgr}), {}, engine.output_form()};
    };
}

}  // namespace yolo::inference
