// SPDX-License-Identifier: Apache-2.0
#include "graph/blocks/conv.hpp"

#include <numeric>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::graph {

PlainConv::PlainConv(Scope scope, int c1, int c2, int kernel)
    : scope_(std::move(scope)),
      conv_{.in_channels = c1, .out_channels = c2, .kernel = kernel, .padding = kernel / 2, .bias = true} {
    scope_.builder.add_module(scope_.path);
}

ValueId PlainConv::operator()(ValueId x) const {
    return scope_.emit(conv_, {x});
}

UpConv::UpConv(Scope scope, int c1, int c2)
    : scope_(std::move(scope)),
      conv_{.in_channels = c1, .out_channels = c2, .kernel = 2, .stride = 2, .bias = true} {
    scope_.builder.add_module(scope_.path);
}

ValueId UpConv::operator()(ValueId x) const {
    return scope_.emit(conv_, {x});
}

ConvBlock::ConvBlock(Scope scope, int c1, int c2, const ConvOptions& options)
    : scope_(std::move(scope)),
      conv_{.in_channels = c1,
            .out_channels = c2,
            .kernel = options.kernel,
            .stride = options.stride,
            .padding = options.padding.value_or((options.dilation * (options.kernel - 1) + 1) / 2),
            .dilation = options.dilation,
            .groups = options.groups},
      activate_(options.activate) {
    if (c1 < 1 || c2 < 1 || c1 % conv_.groups != 0 || c2 % conv_.groups != 0) {
        throw Error(fmt::format("{} cannot have {} input and {} output channels in {} groups", scope_.path,
                                c1, c2, conv_.groups));
    }
    Builder& builder = scope_.builder;
    builder.add_module((scope_ / "conv").path);
    builder.add_module((scope_ / "bn").path);
    if (activate_) {
        builder.add_activation();
    } else {
        builder.add_leaf();
    }
}

ValueId ConvBlock::operator()(ValueId x) const {
    ValueId y = (scope_ / "conv").emit(conv_, {x});
    y = (scope_ / "bn").emit(BatchNorm{.channels = conv_.out_channels}, {y});
    if (!activate_) return y;
    switch (scope_.builder.activation) {
        case Activation::silu:
            return (scope_ / "act").emit(Silu{}, {y});
        case Activation::relu:
            return (scope_ / "act").emit(Relu{}, {y});
        case Activation::none:
            return y;
    }
    return y;
}

ConvBlock depthwise_conv(const Scope& scope, int c1, int c2, ConvOptions options) {
    options.groups = std::gcd(c1, c2);
    return {scope, c1, c2, options};
}

}  // namespace yolo::graph
