// SPDX-License-Identifier: Apache-2.0
#include "graph/blocks/table.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/blocks/bottleneck.hpp"
#include "graph/blocks/conv.hpp"
#include "graph/blocks/csp.hpp"
#include "graph/blocks/ghost.hpp"
#include "graph/blocks/head.hpp"
#include "graph/blocks/sppf.hpp"

namespace yolo::graph {

namespace {

// Bounds of arguments, far above every real model.
constexpr int widest = 1 << 16, largest_kernel = 255, largest_stride = 64;

int input_channels(const Row& row) {
    return row.arguments.integer(0, 1, widest);
}
int output_channels(const Row& row) {
    return row.arguments.integer(1, 1, widest);
}

ConvOptions conv_options(const Arguments& arguments) {  // c1, c2, k, s, p, g, d, act
    ConvOptions options;
    options.kernel = arguments.integer_or(2, 1, 1, largest_kernel);
    options.stride = arguments.integer_or(3, 1, 1, largest_stride);
    if (arguments.has(4)) options.padding = arguments.integer(4, 0, largest_kernel);
    options.groups = arguments.integer_or(5, 1, 1, widest);
    options.dilation = arguments.integer_or(6, 1, 1, largest_stride);
    options.activate = arguments.boolean_or(7, true);
    return options;
}

ValueId build_conv(const Scope& scope, Row& row) {
    return ConvBlock(scope, input_channels(row), output_channels(row),
                     conv_options(row.arguments))(row.inputs[0]);
}

ValueId build_depthwise(const Scope& scope, Row& row) {  // c1, c2, k, s, d, act
    const Arguments& arguments = row.arguments;
    const ConvOptions options = {.kernel = arguments.integer_or(2, 1, 1, largest_kernel),
                                 .stride = arguments.integer_or(3, 1, 1, largest_stride),
                                 .padding = std::nullopt,
                                 .groups = 1,
                                 .dilation = arguments.integer_or(4, 1, 1, largest_stride),
                                 .activate = arguments.boolean_or(5, true)};
    return depthwise_conv(scope, input_channels(row), output_channels(row), options)(row.inputs[0]);
}

ValueId build_ghost_conv(const Scope& scope, Row& row) {  // c1, c2, k, s, g, act
    const Arguments& arguments = row.arguments;
    const ConvOptions options = {.kernel = arguments.integer_or(2, 1, 1, largest_kernel),
                                 .stride = arguments.integer_or(3, 1, 1, largest_stride),
                                 .padding = std::nullopt,
                                 .groups = arguments.integer_or(4, 1, 1, widest),
                                 .dilation = 1,
                                 .activate = arguments.boolean_or(5, true)};
    return GhostConv(scope, input_channels(row), output_channels(row), options)(row.inputs[0]);
}

ValueId build_bottleneck(const Scope& scope, Row& row) {  // c1, c2, shortcut, g
    const BottleneckOptions options = {.shortcut = row.arguments.boolean_or(2, true),
                                       .groups = row.arguments.integer_or(3, 1, 1, widest)};
    return Bottleneck(scope, input_channels(row), output_channels(row), options)(row.inputs[0]);
}

ValueId build_ghost_bottleneck(const Scope& scope, Row& row) {  // c1, c2, k, s
    const int kernel = row.arguments.integer_or(2, 3, 1, largest_kernel);
    const int stride = row.arguments.integer_or(3, 1, 1, 2);
    return GhostBottleneck(scope, input_channels(row), output_channels(row), kernel, stride)(row.inputs[0]);
}

template <class Block, bool shortcut_default>
ValueId build_csp(const Scope& scope, Row& row) {  // c1, c2, n, shortcut, g, e
    const CspOptions options = {.repeats = row.arguments.integer(2, 1, most_repeats),
                                .shortcut = row.arguments.boolean_or(3, shortcut_default),
                                .groups = row.arguments.integer_or(4, 1, 1, widest),
                                .expansion = row.arguments.number_or(5, 0.5, 0.01, 4)};
    return Block(scope, input_channels(row), output_channels(row), options)(row.inputs[0]);
}

ValueId build_sppf(const Scope& scope, Row& row) {  // c1, c2, k
    const int kernel = row.arguments.integer_or(2, 5, 1, largest_kernel);
    if (kernel % 2 == 0) throw Error(fmt::format("the argument k must be odd, not {}", kernel));
    return Sppf(scope, input_channels(row), output_channels(row), kernel)(row.inputs[0]);
}

ValueId build_upsample(const Scope& scope, Row& row) {  // size, scale_factor, mode
    const Arguments& arguments = row.arguments;
    if (arguments.has(0)) throw Error("the argument size must be None: use scale_factor");
    if (arguments.has(2) && arguments.list()[2] != "nearest") {
        throw Error(
            fmt::format("the argument mode must be 'nearest', not {}", python_text(arguments.list()[2])));
    }
    scope.builder.add_leaf();
    return scope.emit(Upsample{arguments.integer(1, 1, 16)}, {row.inputs[0]});
}

ValueId build_concat(const Scope& scope, Row& row) {  // dimension
    (void)row.arguments.integer_or(0, 1, 1, 1);
    scope.builder.add_leaf();
    return scope.emit(Concat{}, row.inputs);
}

/// Segment, Pose and OBB differ from Detect in what they add here.
template <Task task>
ValueId build_detection_head(const Scope& scope, Row& row) {
    HeadOptions options;
    options.class_count = row.arguments.integer(0, 1, widest);
    options.reg_max = row.reg_max;
    options.class_width = row.class_width;
    if constexpr (task == Task::segment) {  // nc, nm, npr
        options.extra = HeadExtra::mask_coefficients;
        options.extra_channels = row.arguments.integer(1, 1, widest);
        options.proto_channels = row.scaling.channels(row.arguments.integer(2, 1, widest));
        row.arguments.list()[2] = options.proto_channels;
    } else if constexpr (task == Task::pose) {  // nc, kpt_shape
        const Arguments shape(row.arguments.has(1) ? row.arguments.list()[1] : Json());
        options.extra = HeadExtra::keypoints;
        if (!shape.list().is_array() || shape.list().size() != 2) {
            throw Error(fmt::format("kpt_shape must be [keypoints, 2 or 3], not {}", shape.text()));
        }
        options.kpt_shape = {shape.integer(0, 1, 1000), shape.integer(1, 2, 3)};
        options.extra_channels = options.kpt_shape[0] * options.kpt_shape[1];
    } else if constexpr (task == Task::obb) {  // nc, ne
        options.extra = HeadExtra::angle;
        options.extra_channels = row.arguments.integer_or(1, 1, 1, 1);
    }
    build_head(scope, row.inputs, options);
    scope.builder.graph.task = task;
    return -1;
}

ValueId build_classify_head(const Scope& scope, Row& row) {  // c1, nc
    return build_classify(scope, row.inputs[0], row.arguments.integer(1, 1, widest), 0.0);
}

const std::array<BlockType, 17>& table() {
    using enum Signature;
    static const std::array<BlockType, 17> rows = {{
        {"Conv", sized, {"c1", "c2", "k", "s", "p", "g", "d", "act"}, build_conv},
        {"DWConv", sized, {"c1", "c2", "k", "s", "d", "act"}, build_depthwise},
        {"GhostConv", sized, {"c1", "c2", "k", "s", "g", "act"}, build_ghost_conv},
        {"Bottleneck", sized, {"c1", "c2", "shortcut", "g"}, build_bottleneck},
        {"GhostBottleneck", sized, {"c1", "c2", "k", "s"}, build_ghost_bottleneck},
        {"C2f", sized_repeated, {"c1", "c2", "n", "shortcut", "g", "e"}, build_csp<C2f, false>},
        {"C2", sized_repeated, {"c1", "c2", "n", "shortcut", "g", "e"}, build_csp<C2, true>},
        {"C3", sized_repeated, {"c1", "c2", "n", "shortcut", "g", "e"}, build_csp<C3<Bottleneck>, true>},
        {"C3Ghost",
         sized_repeated,
         {"c1", "c2", "n", "shortcut", "g", "e"},
         build_csp<C3<GhostBottleneck>, true>},
        {"SPPF", sized, {"c1", "c2", "k"}, build_sppf},
        {"Upsample", plain, {"size", "scale_factor", "mode"}, build_upsample},
        {"Concat", plain, {"dimension"}, build_concat},
        {"Detect", head, {"nc", "ch"}, build_detection_head<Task::detect>},
        {"Segment", head, {"nc", "nm", "npr", "ch"}, build_detection_head<Task::segment>},
        {"Pose", head, {"nc", "kpt_shape", "ch"}, build_detection_head<Task::pose>},
        {"OBB", head, {"nc", "ne", "ch"}, build_detection_head<Task::obb>},
        {"Classify", classify, {"c1", "nc"}, build_classify_head},
    }};
    return rows;
}

}  // namespace

std::span<const BlockType> block_types() {
    return table();
}

const BlockType& find_block_type(std::string_view name, std::span<const BlockType> more) {
    const std::string_view last = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
    const auto types = block_types();
    for (const std::span<const BlockType> list : {more, types}) {
        const auto found = std::find_if(list.begin(), list.end(),
                                        [last](const BlockType& type) { return type.name == last; });
        if (found != list.end()) return *found;
    }
    std::string known;
    for (const BlockType& type : types) known += (known.empty() ? "" : ", ") + std::string(type.name);
    throw Error(fmt::format("'{}' is not a block; there are {}", name, known));
}

}  // namespace yolo::graph
