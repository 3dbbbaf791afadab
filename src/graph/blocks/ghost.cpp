// SPDX-License-Identifier: Apache-2.0
#include "graph/blocks/ghost.hpp"

namespace yolo::graph {

namespace {

ConvOptions cheap(const ConvOptions& options, int channels) {
    return {.kernel = 5, .groups = channels, .activate = options.activate};
}

}  // namespace

GhostConv::GhostConv(Scope scope, int c1, int c2, const ConvOptions& options)
    : scope_(std::move(scope)),
      cv1_(scope_ / "cv1", c1, c2 / 2, options),
      cv2_(scope_ / "cv2", c2 / 2, c2 / 2, cheap(options, c2 / 2)) {}

ValueId GhostConv::operator()(ValueId x) const {
    const ValueId y = cv1_(x);
    return (scope_ / "concat").emit(Concat{}, {y, cv2_(y)});
}

GhostBottleneck::GhostBottleneck(Scope scope, int c1, int c2, int kernel, int stride)
    : scope_(std::move(scope)) {
    const ConvOptions shrink = {.kernel = kernel, .stride = stride, .activate = false};
    const int hidden = c2 / 2;
    Builder& builder = scope_.builder;
    first_.emplace(scope_ / "conv" / 0, c1, hidden);
    if (stride == 2) {
        shrink_.emplace(depthwise_conv(scope_ / "conv" / 1, hidden, hidden, shrink));
    } else {
        builder.add_leaf();  // an identity
    }
    last_.emplace(scope_ / "conv" / 2, hidden, c2, ConvOptions{.activate = false});
    if (stride == 2) {
        shortcut_depthwise_.emplace(depthwise_conv(scope_ / "shortcut" / 0, c1, c1, shrink));
        shortcut_pointwise_.emplace(scope_ / "shortcut" / 1, c1, c2, ConvOptions{.activate = false});
    } else {
        builder.add_leaf();
    }
}

ValueId GhostBottleneck::operator()(ValueId x) const {
    ValueId y = (*first_)(x);
    if (shrink_) y = (*shrink_)(y);
    y = (*last_)(y);
    const ValueId past = shortcut_depthwise_ ? (*shortcut_pointwise_)((*shortcut_depthwise_)(x)) : x;
    return (scope_ / "add").emit(Add{}, {past, y});
}

}  // namespace yolo::graph
