// SPDX-License-Identifier: Apache-2.0
#include <yolo/commands.hpp>

#include "data/shapes/shapes.hpp"

namespace yolo {

void run_data_shapes(const ShapesRequest& request, const CommandContext& context) {
    data::write_shapes(request.folder, {.task = request.task,
                                        .pictures = request.pictures,
                                        .size = request.size,
                                        .seed = request.seed,
                                        .log = context.log,
                                        .cancelled = context.cancelled});
}

}  // namespace yolo
