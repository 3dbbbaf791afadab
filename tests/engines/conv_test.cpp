// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engines/compare.hpp"

namespace yolo::test {
namespace {

struct ConvCase {
    int in, out, kernel, stride, groups, height, width;
};

class ConvLikeReference : public testing::TestWithParam<ConvCase> {};

TEST_P(ConvLikeReference, PlainAndActivated) {
    const ConvCase& c = GetParam();
    GraphMaker maker;
    const auto x = maker.block(GraphMaker::input, 3, c.in, 3);
    const auto plain = maker.conv(x, c.in, c.out, c.kernel, c.stride, c.groups);
    const auto silu = maker.block(x, c.in, c.out, c.kernel, c.stride, c.groups);
    const auto relu = maker.op(graph::Relu{}, {maker.conv(x, c.in, c.out, c.kernel, c.stride, c.groups)});
    expect_like_reference(maker.finish({plain, silu, relu}), random_batch(2, 1, c.height, c.width));
}

INSTANTIATE_TEST_SUITE_P(Tails, ConvLikeReference,
                         testing::Values(ConvCase{16, 16, 3, 1, 1, 9, 13}, ConvCase{3, 5, 3, 2, 1, 11, 7},
                                         ConvCase{32, 64, 3, 1, 1, 13, 22}, ConvCase{128, 48, 3, 1, 1, 1, 3},
                                         ConvCase{5, 24, 1, 1, 1, 7, 9}, ConvCase{24, 80, 3, 1, 1, 8, 8},
                                         ConvCase{80, 51, 3, 1, 1, 5, 6}, ConvCase{51, 51, 1, 1, 1, 5, 6},
                                         ConvCase{64, 1, 1, 1, 1, 6, 5}, ConvCase{32, 48, 3, 2, 1, 17, 15},
                                         ConvCase{1, 1, 1, 1, 1, 1, 1}, ConvCase{33, 17, 5, 1, 1, 6, 6},
                                         ConvCase{16, 16, 5, 1, 16, 9, 9}, ConvCase{24, 24, 3, 2, 24, 9, 11},
                                         ConvCase{4, 4, 5, 1, 4, 6, 7}, ConvCase{12, 24, 3, 1, 4, 6, 7},
                                         ConvCase{64, 64, 3, 1, 4, 6, 7}));

TEST(Conv, DilationAndMissingBias) {
    GraphMaker maker;
    const auto x = maker.block(GraphMaker::input, 3, 20, 3);
    const auto y = maker.conv(x, graph::Conv{20, 20, 3, 1, 2, 2, 1, false});
    expect_like_reference(maker.finish({y}), random_batch(3, 2, 12, 10));
}

TEST(Conv, FirstLayerOfManyChannelCounts) {
    for (const int channels : {1, 3, 4, 7}) {
        GraphMaker maker(1, channels);
        const auto y = maker.block(GraphMaker::input, channels, 16, 3, 2);
        expect_like_reference(maker.finish({y}), random_batch(3, 2, 14, 10, channels));
    }
}

TEST(Conv, ResidualSumsAfterTheActivation) {
    for (const int channels : {16, 24, 5, 64}) {
        GraphMaker maker;
        const auto x = maker.block(GraphMaker::input, 3, channels, 3);
        const auto y = maker.op(
            graph::Add{}, {x, maker.block(maker.block(x, channels, channels, 3), channels, channels, 3)});
        const auto linear = maker.op(graph::Add{}, {maker.conv(y, channels, channels), y});
        const auto twice = maker.conv(linear, channels, channels);
        const auto with_itself = maker.op(graph::Add{}, {twice, twice});
        expect_like_reference(maker.finish({y, linear, with_itself}), random_batch(4, 2, 10, 13));
    }
}

TEST(Conv, SumWithAValueMadeLater) {
    GraphMaker maker;
    const auto x = maker.block(GraphMaker::input, 3, 16, 3);
    const auto first = maker.conv(x, 16, 16);
    const auto second = maker.conv(x, 16, 16);
    const auto pooled = maker.op(graph::MaxPool{3, 1, 1}, {second});
    expect_like_reference(maker.finish({maker.op(graph::Add{}, {first, pooled})}), random_batch(5, 1, 8, 8));
}

TEST(Conv, ResidualWithTheInputPicture) {
    GraphMaker maker;
    const auto y = maker.op(graph::Add{}, {maker.conv(GraphMaker::input, 3, 3, 3), GraphMaker::input});
    expect_like_reference(maker.finish({y}), random_batch(5, 1, 8, 8));
}

TEST(Conv, TransposedByTwo) {
    for (const int channels : {16, 24, 64}) {
        GraphMaker maker;
        const auto x = maker.block(GraphMaker::input, 3, channels, 3);
        const auto y = maker.block(maker.deconv(x, channels, channels + 8), channels + 8, 32, 1);
        expect_like_reference(maker.finish({y}), random_batch(6, 1, 7, 9));
    }
}

TEST(Conv, UnfusedActivationsAndSums) {
    GraphMaker maker;
    const auto x = maker.conv(GraphMaker::input, 3, 21, 3);
    const auto silu = maker.op(graph::Silu{}, {x});
    const auto relu = maker.op(graph::Relu{}, {x});
    const auto sum = maker.op(graph::Add{}, {silu, relu});
    expect_like_reference(maker.finish({x, silu, sum, maker.conv(sum, 21, 8)}), random_batch(7, 1, 9, 5));
}

}  // namespace
}  // namespace yolo::test
