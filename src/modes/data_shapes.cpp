// SPDX-License-Identifier: Apache-2.0
#include <yolo/commands.hpp>

#include "core/files.hpp"
#include "core/rim.hpp"
#include "data/shapes/shapes.hpp"

namespace yolo {

void run_data_shapes(const ShapesRequest& request, const CommandContext& context) try {
    data::write_shapes(expand_home(request.folder.string()), {.task = request.task,
                                                              .pictures = request.pictures,
                                                              .size = request.size,
                                                              .seed = request.seed,
                                                              .log = context.log,
                                                              .cancelled = context.cancelled});
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
