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

/// For each level some convolutions and a plain one.
class Branch {
  public:
    struct Form {
        int width, channels;
        bool depthwise = false;  ///< else two convolutions 3 x 3
    };

    Branch(const Scope& scope, const std::vector<ValueId>& inputs, const Form& form)
        : path_(scope.path), width_(form.width) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Scope level = scope / static_cast<int>(i);
            std::vector<ConvBlock> hidden =
                hidden_layers(level, scope.builder.channels(inputs[i]), form.width, form.depthwise);
            levels_.push_back({std::move(hidden), PlainConv(level / 2, form.width, form.channels)});
            last_.push_back((level / 2).path);
        }
    }
    ValueId operator()(std::size_t level, ValueId x) const {
        for (const ConvBlock& conv : levels_.at(level).hidden) x = conv(x);
        return levels_[level].last(x);
    }
    /// Its maps are yet to be made.
    HeadBranch description() const { return {path_, {}, last_, width_}; }

  private:
    struct Level {
        std::vector<ConvBlock> hidden;
        PlainConv last;
    };

    static std::vector<ConvBlock> hidden_layers(const Scope& level, int inputs, int width, bool depthwise) {
        std::vector<ConvBlock> layers;
        for (int i = 0; i < 2; ++i) {
            const int channels = i == 0 ? inputs : width;
            if (depthwise) {
                layers.push_back(depthwise_conv(level / i / 0, channels, channels, {.kernel = 3}));
                layers.emplace_back(level / i / 1, channels, width);
            } else {
                layers.emplace_back(level / i, channels, width, ConvOptions{.kernel = 3});
            }
        }
        return layers;
    }

    std::string path_;
    int width_;
    std::vector<Level> levels_;
    std::vector<std::string> last_;
};

HeadBranches run(const std::vector<ValueId>& inputs, const Branch& box, const Branch& cls,
                 const std::optional<Branch>& extra) {
    HeadBranches branches{box.description(), cls.description(), {}};
    if (extra) branches.extra = extra->description();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        branches.box.maps.push_back(box(i, inputs[i]));
        branches.cls.maps.push_back(cls(i, inputs[i]));
        if (extra) branches.extra.maps.push_back((*extra)(i, inputs[i]));
    }
    return branches;
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

    const auto branch = [&](const char* name, const Branch::Form& form) {
        return Branch(scope / name, inputs, form);
    };
    const Branch::Form box_form{box_width, box_channels};
    const Branch::Form class_form{class_width, options.class_count, options.depthwise_classes};
    const Branch::Form extra_form{extra_width(first, options), options.extra_channels};

    const Branch box = branch("cv2", box_form), cls = branch("cv3", class_form);
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
    if (options.extra != HeadExtra::none) extra = branch("cv4", extra_form);
    static_cast<HeadBranches&>(head) = run(inputs, box, cls, extra);
    if (proto) head.proto = (*proto)(inputs.front());
    if (options.one_to_one) {
        const Branch twin_box = branch("one2one_cv2", box_form), twin_cls = branch("one2one_cv3", class_form);
        if (extra) extra = branch("one2one_cv4", extra_form);
        head.one_to_one = run(inputs, twin_box, twin_cls, extra);
    }

    head.name = scope.path;
    head.decode = {.class_count = options.class_count,
                   .reg_max = options.reg_max,
                   .strides = {},
                   .extra = options.extra,
                   .extra_channels = options.extra_channels,
                   .kpt_shape = options.kpt_shape};
    for (const ValueId input : inputs) head.input_channels.push_back(builder.channels(input));

    builder.graph.outputs = head.maps();
    if (head.proto) builder.graph.outputs.push_back(*head.proto);
    if (head.one_to_one) {
        const std::vector<ValueId> twin = head.one_to_one->maps();
        builder.graph.outputs.insert(builder.graph.outputs.end(), twin.begin(), twin.end());
    }
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
