// SPDX-License-Identifier: Apache-2.0
#include "graph/blocks/head.hpp"

#include <algorithm>

namespace yolo::graph {

Proto::Proto(const Scope& scope, int c1, int hidden, int c2)
    : cv1_(scope / "cv1", c1, hidden, {.kernel = 3}),
      upsample_(scope / "upsample", hidden, hidden),
      cv2_(scope / "cv2", hidden, hidden, {.kernel = 3}),
      cv3_(scope / "cv3", hidden, c2) {}

ValueId Proto::operator()(ValueId x) const {
    return cv3_(cv2_(upsample_(cv1_(x))));
}

namespace {

/// Conv 3x3 -> Conv 3x3 -> plain convolution.
class Branch {
  public:
    Branch(const Scope& scope, int c1, int hidden, int c2)
        : first_(scope / 0, c1, hidden, {.kernel = 3}),
          second_(scope / 1, hidden, hidden, {.kernel = 3}),
          last_(scope / 2, hidden, c2) {}
    ValueId operator()(ValueId x) const { return last_(second_(first_(x))); }

  private:
    ConvBlock first_, second_;
    PlainConv last_;
};

std::vector<Branch> branches(const Scope& scope, const std::vector<ValueId>& inputs, int hidden,
                             int channels) {
    std::vector<Branch> list;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        list.emplace_back(scope / static_cast<int>(i), scope.builder.channels(inputs[i]), hidden, channels);
    }
    return list;
}

int extra_width(int first, const HeadOptions& options) {
    const int smallest = options.extra == HeadExtra::mask_coefficients ? 32 : options.extra_channels;
    return std::max(first / 4, smallest);
}

}  // namespace

void build_head(const Scope& scope, const std::vector<ValueId>& inputs, const HeadOptions& options) {
    Builder& builder = scope.builder;
    const int first = builder.channels(inputs.front());
    const int box_channels = 4 * options.reg_max;
    const int box_width = std::max({16, first / 4, box_channels});
    const int class_width = options.class_width.value_or(std::max(first, std::min(options.class_count, 100)));

    const auto box = branches(scope / "cv2", inputs, box_width, box_channels);
    const auto cls = branches(scope / "cv3", inputs, class_width, options.class_count);
    builder.add_module((scope / "dfl" / "conv").path);
    std::optional<Proto> proto;
    if (options.proto_channels > 0) {
        proto.emplace(scope / "proto", first, options.proto_channels, options.extra_channels);
    }
    std::vector<Branch> extra;
    if (options.extra != HeadExtra::none) {
        extra = branches(scope / "cv4", inputs, extra_width(first, options), options.extra_channels);
    }

    Head head{.name = scope.path,
              .decode = {.class_count = options.class_count,
                         .reg_max = options.reg_max,
                         .strides = {},
                         .extra = options.extra,
                         .extra_channels = options.extra_channels,
                         .kpt_shape = options.kpt_shape},
              .box = {},
              .cls = {},
              .extra = {},
              .proto = {}};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        head.box.push_back(box[i](inputs[i]));
        head.cls.push_back(cls[i](inputs[i]));
        if (!extra.empty()) head.extra.push_back(extra[i](inputs[i]));
    }
    if (proto) head.proto = (*proto)(inputs.front());

    std::vector<ValueId>& outputs = builder.graph.outputs;
    for (const auto* maps : {&head.box, &head.cls, &head.extra})
        outputs.insert(outputs.end(), maps->begin(), maps->end());
    if (head.proto) outputs.push_back(*head.proto);
    builder.graph.class_count = options.class_count;
    builder.graph.head = std::move(head);
}

ValueId build_classify(const Scope& scope, ValueId x, int class_count, double dropout) {
    constexpr int hidden = 1280;
    Builder& builder = scope.builder;
    const ConvBlock conv(scope / "conv", builder.channels(x), hidden);
    builder.add_leaf();  // pool
    builder.add_leaf();  // drop
    builder.add_module((scope / "linear").path);

    ValueId y = (scope / "pool").emit(GlobalAveragePool{}, {conv(x)});
    y = (scope / "drop").emit(Dropout{dropout}, {y});
    y = (scope / "linear").emit(Linear{hidden, class_count}, {y});
    builder.graph.outputs = {y};
    builder.graph.class_count = class_count;
    builder.graph.task = Task::classify;
    return y;
}

}  // namespace yolo::graph
