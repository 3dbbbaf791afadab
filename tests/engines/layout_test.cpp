// SPDX-License-Identifier: Apache-2.0
/// \file Concat, Slice, pooling and upsampling: what is written in place, and what cannot be.
#include <gtest/gtest.h>

#include "engines/compare.hpp"

namespace yolo::test {
namespace {

TEST(Layout, C2fOfManyWidths) {
    for (const int channels : {32, 64, 48, 24, 10}) {
        for (const int n : {1, 2}) {
            GraphMaker maker;
            const auto x = maker.block(GraphMaker::input, 3, channels, 3);
            const auto y = maker.c2f(x, channels, channels, n, n == 1);
            expect_like_reference(maker.finish({y}), random_batch(2, 2, 9, 11));
        }
    }
}

TEST(Layout, ConcatOfOddChannelCounts) {
    GraphMaker maker;
    std::vector<graph::ValueId> parts;
    int channels = 0;
    for (const int c : {3, 16, 5, 32, 24}) {
        parts.push_back(maker.block(GraphMaker::input, 3, c, 3));
        channels += c;
    }
    const auto all = maker.op(graph::Concat{}, parts);
    expect_like_reference(maker.finish({all, maker.block(all, channels, 16)}), random_batch(2, 1, 6, 7));
}

TEST(Layout, OneValueInSeveralConcats) {
    GraphMaker maker;
    const auto a = maker.block(GraphMaker::input, 3, 16, 3);
    const auto b = maker.block(a, 16, 32, 3);
    const auto first = maker.op(graph::Concat{}, {a, b, a});
    const auto second = maker.op(graph::Concat{}, {b, first, GraphMaker::input});
    const auto y = maker.block(second, 32 + 64 + 3, 16);
    expect_like_reference(maker.finish({y, maker.block(first, 64, 16), b}), random_batch(2, 2, 6, 7));
}

TEST(Layout, SlicesThatAreNotBlocks) {
    GraphMaker maker;
    const auto x = maker.block(GraphMaker::input, 3, 40, 3);
    const auto low = maker.op(graph::Slice{0, 7}, {x});
    const auto high = maker.op(graph::Slice{7, 40}, {x});
    const auto inner = maker.op(graph::Slice{9, 25}, {high});
    const auto swapped = maker.op(graph::Concat{}, {high, low});
    const auto y = maker.block(inner, 16, 8, 3);
    expect_like_reference(maker.finish({y, swapped, maker.conv(swapped, 40, 8), inner}),
                          random_batch(2, 1, 6, 7));
}

TEST(Layout, SpatialPyramid) {
    for (const int c : {16, 24}) {
        GraphMaker maker;
        std::vector<graph::ValueId> parts = {maker.block(GraphMaker::input, 3, c)};
        for (int i = 0; i < 3; ++i) parts.push_back(maker.op(graph::MaxPool{}, {parts.back()}));
        const auto y = maker.block(maker.op(graph::Concat{}, parts), 4 * c, c);
        expect_like_reference(maker.finish({y}), random_batch(2, 1, 10, 9));
    }
}

TEST(Layout, PoolingWithStrides) {
    GraphMaker maker;
    const auto x = maker.conv(GraphMaker::input, 3, 20, 3);
    const auto y = maker.op(graph::MaxPool{3, 2, 1}, {x});
    const auto z = maker.op(graph::MaxPool{2, 2, 0}, {x});
    expect_like_reference(maker.finish({y, z, maker.op(graph::MaxPool{2, 2, 0}, {GraphMaker::input})}),
                          random_batch(2, 1, 11, 13));
}

TEST(Layout, UpsampledIntoAConcat) {
    for (const int c : {16, 20}) {
        GraphMaker maker;
        const auto fine = maker.block(GraphMaker::input, 3, c, 3);
        const auto coarse = maker.block(fine, c, 32, 3, 2);
        const auto up = maker.op(graph::Upsample{2}, {coarse});
        const auto y = maker.block(maker.op(graph::Concat{}, {up, fine}), 32 + c, 16);
        const auto again = maker.op(graph::Upsample{3}, {up});
        expect_like_reference(maker.finish({y, maker.conv(up, 32, 8), again}), random_batch(2, 1, 10, 14));
    }
}

TEST(Layout, GhostBottleneck) {
    GraphMaker maker;
    const auto ghost = [&maker](graph::ValueId x, int in, int out) {
        const auto y = maker.block(x, in, out / 2);
        return maker.op(graph::Concat{}, {y, maker.block(y, out / 2, out / 2, 5, 1, out / 2)});
    };
    for (const int c : {16, 8, 32}) {
        const auto x = maker.block(GraphMaker::input, 3, c, 3);
        const auto y = ghost(ghost(x, c, c / 2), c / 2, c);
        const auto down = maker.conv(x, c, c, 3, 2, c);
        expect_like_reference(maker.finish({maker.op(graph::Add{}, {y, x}), down}), random_batch(2, 1, 8, 8));
    }
}

TEST(Layout, VectorsOfAClassifier) {
    GraphMaker maker;
    const auto x = maker.block(GraphMaker::input, 3, 37, 3, 2);
    const auto mean = maker.op(graph::GlobalAveragePool{}, {x});
    const auto logits = maker.linear(mean, 37, 11);
    expect_like_reference(maker.finish({maker.op(graph::Softmax{}, {logits}), logits, mean}),
                          random_batch(2, 3, 9, 9));
}

TEST(Layout, VectorsOfAnEmbedding) {
    GraphMaker maker;
    const auto a = maker.block(GraphMaker::input, 3, 16, 3, 2), b = maker.block(a, 16, 21, 3, 2);
    const auto y = maker.op(graph::Concat{}, {maker.op(graph::GlobalAveragePool{}, {a}),
                                              maker.op(graph::GlobalAveragePool{}, {b})});
    expect_like_reference(maker.finish({y}), random_batch(2, 2, 9, 9));
}

TEST(Layout, InputAsOutput) {
    GraphMaker maker;
    expect_like_reference(maker.finish({GraphMaker::input, maker.conv(GraphMaker::input, 3, 4)}),
                          random_batch(2, 2, 5, 6));
}

}  // namespace
}  // namespace yolo::test
