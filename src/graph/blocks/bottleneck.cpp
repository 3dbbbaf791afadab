// SPDX-License-Identifier: Apache-2.0
#include "graph/blocks/bottleneck.hpp"

namespace yolo::graph {

Bottleneck::Bottleneck(Scope scope, int c1, int c2, const BottleneckOptions& options)
    : scope_(std::move(scope)),
      cv1_(scope_ / "cv1", c1, static_cast<int>(c2 * options.expansion), {.kernel = options.kernels[0]}),
      cv2_(scope_ / "cv2", static_cast<int>(c2 * options.expansion), c2,
           {.kernel = options.kernels[1], .groups = options.groups}),
      add_(options.shortcut && c1 == c2) {}

ValueId Bottleneck::operator()(ValueId x) const {
    const ValueId y = cv2_(cv1_(x));
    return add_ ? (scope_ / "add").emit(Add{}, {x, y}) : y;
}

}  // namespace yolo::graph
