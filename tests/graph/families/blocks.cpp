// SPDX-License-Identifier: Apache-2.0
#include "graph/families/blocks.hpp"

#include <array>
#include <cmath>
#include <functional>

#include "core/files.hpp"
#include "graph/blocks/bottleneck.hpp"
#include "graph/blocks/csp.hpp"
#include "graph/blocks/head.hpp"
#include "support/golden.hpp"

namespace yolo::test {

namespace {

using namespace graph;

using Block = std::function<ValueId(ValueId)>;
constexpr ConvOptions linear_1x1 = {.activate = false};

/// C2f with any inner block: `make(scope, channels)`.
ValueId c2f_of(const Scope& scope, ValueId x, int c2, int repeats, double expansion,
               const std::function<Block(const Scope&, int)>& make) {
    const int hidden = static_cast<int>(c2 * expansion);
    const ConvBlock cv1(scope / "cv1", scope.builder.channels(x), 2 * hidden);
    const ConvBlock cv2(scope / "cv2", (2 + repeats) * hidden, c2);
    std::vector<Block> chain;
    for (int i = 0; i < repeats; ++i) chain.push_back(make(scope / "m" / i, hidden));

    const ValueId y = cv1(x);
    std::vector<ValueId> parts = {(scope / "split.0").emit(Slice{0, hidden}, {y}),
                                  (scope / "split.1").emit(Slice{hidden, 2 * hidden}, {y})};
    for (const Block& block : chain) parts.push_back(block(parts.back()));
    return cv2((scope / "concat").emit(Concat{}, std::move(parts)));
}

/// C3 of two bottlenecks 3 x 3.
Block c3k(const Scope& scope, int channels) {
    const int hidden = channels / 2;
    const ConvBlock cv1(scope / "cv1", channels, hidden), cv2(scope / "cv2", channels, hidden);
    const ConvBlock cv3(scope / "cv3", 2 * hidden, channels);
    std::vector<Bottleneck> chain;
    for (int i = 0; i < 2; ++i)
        chain.emplace_back(scope / "m" / i, hidden, hidden, BottleneckOptions{.expansion = 1.0});
    return [=](ValueId x) {
        ValueId through = cv1(x);
        for (const Bottleneck& block : chain) through = block(through);
        return cv3((scope / "concat").emit(Concat{}, {through, cv2(x)}));
    };
}

ValueId build_c3k2(const Scope& scope, Row& row) {  // c1, c2, n, c3k, e
    const bool deep = row.arguments.boolean_or(3, false);
    return c2f_of(scope, row.inputs[0], row.arguments.integer(1, 1, 4096), row.arguments.integer(2, 1, 10),
                  row.arguments.number_or(4, 0.5, 0.01, 4),
                  [deep](const Scope& place, int channels) -> Block {
                      if (deep) return c3k(place, channels);
                      return Bottleneck(place, channels, channels);
                  });
}

/// Multi-head self-attention over the cells of a map, with a depthwise convolution for the position.
Block attention(const Scope& scope, int channels) {
    const int heads = std::max(1, channels / 64), value = channels / heads, key = value / 2;
    const ConvBlock qkv(scope / "qkv", channels, channels + 2 * key * heads, linear_1x1);
    const ConvBlock proj(scope / "proj", channels, channels, linear_1x1);
    const ConvBlock position =
        depthwise_conv(scope / "pe", channels, channels, {.kernel = 3, .activate = false});
    return [=](ValueId x) {
        const auto emit = [&scope](const char* name, Op op, std::vector<ValueId> inputs) {
            return (scope / name).emit(std::move(op), std::move(inputs));
        };
        const auto to_map = [&](const std::string& name,
                                ValueId y) {  // (N, heads, value, h w) -> (N, C, h, w)
            const ValueId columns = emit((name + ".reshape").c_str(), Reshape{{0, channels, -1}}, {y});
            return emit((name + ".map").c_str(), Unflatten{}, {columns, x});
        };
        const ValueId all = emit("reshape", Reshape{{0, heads, 2 * key + value, -1}}, {qkv(x)});
        const ValueId q = emit("q", Slice{0, key, 2}, {all}), k = emit("k", Slice{key, 2 * key, 2}, {all});
        const ValueId v = emit("v", Slice{2 * key, 2 * key + value, 2}, {all});
        ValueId weights = emit("qk", MatMul{}, {emit("q.transpose", Transpose{{0, 1, 3, 2}}, {q}), k});
        weights = emit("scale", Scale{1 / std::sqrt(static_cast<double>(key)), 0}, {weights});
        weights = emit("softmax", Softmax{}, {weights});  // (N, heads, of h w, from h w)
        weights = emit("transpose", Transpose{{0, 1, 3, 2}}, {weights});
        const ValueId mixed = to_map("mixed", emit("matmul", MatMul{}, {v, weights}));
        return proj(emit("add", Add{}, {mixed, position(to_map("v", v))}));
    };
}

/// Attention and two convolutions, each added to what it gets.
Block attention_block(const Scope& scope, int channels) {
    const Block attn = attention(scope / "attn", channels);
    const ConvBlock wide(scope / "ffn" / 0, channels, 2 * channels);
    const ConvBlock narrow(scope / "ffn" / 1, 2 * channels, channels, linear_1x1);
    return [=](ValueId x) {
        x = (scope / "add").emit(Add{}, {x, attn(x)});
        return (scope / "ffn.add").emit(Add{}, {x, narrow(wide(x))});
    };
}

/// Half of the channels go through attention blocks.
ValueId build_psa_of(const Scope& scope, ValueId x, int c2, const std::vector<std::string>& places) {
    const int hidden = c2 / 2;
    const ConvBlock cv1(scope / "cv1", scope.builder.channels(x), 2 * hidden),
        cv2(scope / "cv2", 2 * hidden, c2);
    std::vector<Block> chain;
    for (const std::string& place : places)
        chain.push_back(attention_block(place.empty() ? scope : scope / place, hidden));
    const ValueId y = cv1(x);
    const ValueId past = (scope / "split.0").emit(Slice{0, hidden}, {y});
    ValueId through = (scope / "split.1").emit(Slice{hidden, 2 * hidden}, {y});
    for (const Block& block : chain) through = block(through);
    return cv2((scope / "concat").emit(Concat{}, {past, through}));
}

ValueId build_c2psa(const Scope& scope, Row& row) {  // c1, c2, n
    std::vector<std::string> places;
    for (int i = 0; i < row.arguments.integer(2, 1, 10); ++i) places.push_back("m." + std::to_string(i));
    return build_psa_of(scope, row.inputs[0], row.arguments.integer(1, 1, 4096), places);
}

ValueId build_psa(const Scope& scope, Row& row) {  // c1, c2
    return build_psa_of(scope, row.inputs[0], row.arguments.integer(1, 1, 4096), {""});
}

ValueId build_scdown(const Scope& scope, Row& row) {  // c1, c2, k, s
    const Arguments& arguments = row.arguments;
    const int c2 = arguments.integer(1, 1, 4096);
    const ConvBlock cv1(scope / "cv1", arguments.integer(0, 1, 4096), c2);
    const ConvBlock cv2 = depthwise_conv(
        scope / "cv2", c2, c2,
        {.kernel = arguments.integer(2, 1, 9), .stride = arguments.integer(3, 1, 4), .activate = false});
    return cv2(cv1(row.inputs[0]));
}

/// Depthwise 7 x 7 and 3 x 3 side by side.
Block large_kernel(const Scope& scope, int channels) {
    const ConvBlock large =
        depthwise_conv(scope / "conv", channels, channels, {.kernel = 7, .activate = false});
    const ConvBlock small =
        depthwise_conv(scope / "conv1", channels, channels, {.kernel = 3, .activate = false});
    return [=](ValueId x) {
        const ValueId sum = (scope / "add").emit(Add{}, {large(x), small(x)});
        return (scope / "act").emit(Silu{}, {sum});
    };
}

/// Compact inverted block: depthwise, pointwise, depthwise, pointwise, depthwise.
Block cib(const Scope& scope, int channels, bool shortcut, bool large) {
    const Scope place = scope / "cv1";
    const int hidden = 2 * channels;
    std::vector<Block> layers;
    layers.emplace_back(depthwise_conv(place / 0, channels, channels, {.kernel = 3}));
    layers.emplace_back(ConvBlock(place / 1, channels, hidden));
    layers.push_back(large ? large_kernel(place / 2, hidden)
                           : Block(depthwise_conv(place / 2, hidden, hidden, {.kernel = 3})));
    layers.emplace_back(ConvBlock(place / 3, hidden, channels));
    layers.emplace_back(depthwise_conv(place / 4, channels, channels, {.kernel = 3}));
    return [=](ValueId x) {
        ValueId y = x;
        for (const Block& layer : layers) y = layer(y);
        return shortcut ? (scope / "add").emit(Add{}, {x, y}) : y;
    };
}

ValueId build_c2f_cib(const Scope& scope, Row& row) {  // c1, c2, n, shortcut, lk
    const bool shortcut = row.arguments.boolean_or(3, false), large = row.arguments.boolean_or(4, false);
    return c2f_of(scope, row.inputs[0], row.arguments.integer(1, 1, 4096), row.arguments.integer(2, 1, 10),
                  0.5,
                  [=](const Scope& place, int channels) { return cib(place, channels, shortcut, large); });
}

template <bool one_to_one>
ValueId build_detect(const Scope& scope, Row& row) {  // nc
    HeadOptions options;
    options.class_count = row.arguments.integer(0, 1, 4096);
    options.reg_max = row.reg_max;
    options.class_width = row.class_width;
    options.depthwise_classes = true;
    options.one_to_one = one_to_one;
    build_head(scope, row.inputs, options);
    return -1;
}

}  // namespace

std::span<const BlockType> later_blocks() {
    using enum Signature;
    static const std::array rows = std::to_array<BlockType>({
        {"C3k2", sized_repeated, {"c1", "c2", "n", "c3k", "e"}, build_c3k2},
        {"C2PSA", sized_repeated, {"c1", "c2", "n"}, build_c2psa},
        {"DepthwiseDetect", head, {"nc", "ch"}, build_detect<false>},
        {"SCDown", sized, {"c1", "c2", "k", "s"}, build_scdown},
        {"PSA", sized, {"c1", "c2"}, build_psa},
        {"C2fCIB", sized_repeated, {"c1", "c2", "n", "shortcut", "lk"}, build_c2f_cib},
        {"v10Detect", head, {"nc", "ch"}, build_detect<true>},
    });
    return rows;
}

Graph build_later(const std::string& file, const std::string& scale) {
    const auto path = source_dir() / "tests/graph/families" / file;
    return build_graph({parse_yaml(read_text(path), file), scale, file}, {}, later_blocks());
}

}  // namespace yolo::test
