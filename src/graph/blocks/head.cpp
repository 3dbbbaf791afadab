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

/// For each level Conv 3x3 -> Conv 3x3 -> plain convolution.
class Branch {
  public:
    Branch(const Scope& scope, const std::vector<ValueId>& inputs, int width, int channels)
        : path_(scope.path), width_(width) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Scope level = scope / static_cast<int>(i);
            levels_.push_back({ConvBlock(level / 0, scope.builder.channels(inputs[i]), width, {.kernel = 3}),
                               ConvBlock(level / 1, width, width, {.kernel = 3}),
                               PlainConv(level / 2, width, channels)});
            last_.push_back((level / 2).path);
        }
    }
    ValueId operator()(std::size_t level, ValueId x) const {
        const Level& parts = levels_.at(level);
        return parts.last(parts.second(parts.first(x)));
    }
    /// Its maps are yet to be made.
    HeadBranch description() const { return {path_, {}, last_, width_}; }

  private:
    struct Level {
        ConvBlock first, second;
        PlainConv last;
    };
    std::string path_;
    int width_;
    std::vector<Level> levels_;
    std::vector<std::string> last_;
};

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

    const Branch box(scope / "cv2", inputs, box_width, box_channels);
    const Branch cls(scope / "cv3", inputs, class_width, options.class_count);
    Head head;
    if (options.reg_max > 1) {
        head.dfl = (scope / "dfl" / "conv").path;
        builder.add_module(head.dfl);
    } else {
        builder.add_leaf();  // an identity in its place
    }
    std::optional<Proto> proto;
    if (options.proto_channels > 0) {
        proto.emplace(scope / "proto", first, options.proto_channels, options.extra_channels);
    }
    std::optional<Branch> extra;
    if (options.extra != HeadExtra::none)
        extra.emplace(scope / "cv4", inputs, extra_width(first, options), options.extra_channels);

    head.name = scope.path;
    head.decode = {.class_count = options.class_count,
                   .reg_max = options.reg_max,
                   .strides = {},
                   .extra = options.extra,
                   .extra_channels = options.extra_channels,
                   .kpt_shape = options.kpt_shape};
    head.box = box.description();
    head.cls = cls.description();
    if (extra) head.extra = extra->description();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        head.input_channels.push_back(builder.channels(inputs[i]));
        head.box.maps.push_back(box(i, inputs[i]));
        head.cls.maps.push_back(cls(i, inputs[i]));
        if (extra) head.extra.maps.push_back((*extra)(i, inputs[i]));
    }
    if (proto) head.proto = (*proto)(inputs.front());

    builder.graph.outputs = head.maps();
    if (head.proto) builder.graph.outputs.push_back(*head.proto);
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
