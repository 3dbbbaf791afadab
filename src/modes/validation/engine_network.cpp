// SPDX-License-Identifier: Apache-2.0
#include "modes/validation/engine_network.hpp"

#include "modes/prediction/step.hpp"

namespace yolo::modes {

RunNetwork engine_network(engines::Engine& engine, const ModelInfo& info, bool augment) {
    return [&engine, info, augment](const data::Batch& batch, int first, int count) -> NetworkOutput {
        const Tensor pictures = rows_of(batch.images, first, count);
        if (augment) return {run_augmented(engine, pictures, info)};
        return {engine.run({pictures, engines::Batch::Layout::nhwc_bgr}), {}, engine.traits().output};
    };
}

}  // namespace yolo::modes
