// SPDX-License-Identifier: Apache-2.0
#include "graph/blocks/sppf.hpp"

namespace yolo::graph {

Sppf::Sppf(Scope scope, int c1, int c2, int kernel)
    : scope_(std::move(scope)),
      cv1_(scope_ / "cv1", c1, c1 / 2),
      cv2_(scope_ / "cv2", c1 / 2 * 4, c2),
      pool_{.kernel = kernel, .stride = 1, .padding = kernel / 2} {
    scope_.builder.add_leaf();  // one pool, used three times
}

ValueId Sppf::operator()(ValueId x) const {
    std::vector<ValueId> parts = {cv1_(x)};
    for (int i = 0; i < 3; ++i) parts.push_back((scope_ / "m" / i).emit(pool_, {parts.back()}));
    return cv2_((scope_ / "concat").emit(Concat{}, std::move(parts)));
}

}  // namespace yolo::graph
