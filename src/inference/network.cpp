// SPDX-License-Identifier: Apache-2.0
#include "inference/network.hpp"

#include "inference/step.hpp"

namespace yolo::inference {

RunNetwork engine_network(engines::Engine& engine, const ModelInfo& info, bool augment) {
    return [&engine, info, augment](const data::Batch& batch, int first, int count) -> NetworkOutput {
        const Tensor pictures = rows_of(batch.images, first, count);
        if (augment) return {run_augmented(engine, pictures, info)};
        return {engine.run({pictures, engines::Batch::Layout::nhwc_bgr}), {}, engine.traits().output};
    };
}

}  // namespace yolo::inference
