// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engines/compare.hpp"

namespace yolo::test {
namespace {

struct HeadCase {
    graph::HeadExtra extra;
    int extra_channels;
    std::array<int, 2> kpt_shape;
    int classes;
};

graph::Network make_head(const HeadCase& head, int reg_max = 16) {
    GraphMaker maker(7);
    graph::DecodeHead op{head.classes, reg_max, {8, 16}, head.extra, head.extra_channels, head.kpt_shape};
    const auto fine = maker.block(GraphMaker::input, 3, 16, 3);
    const std::vector<graph::ValueId> levels = {fine, maker.block(fine, 16, 24, 3, 2)};
    const std::vector<int> widths = {16, 24};
    std::vector<graph::ValueId> maps;
    const auto branch = [&](int channels) {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto x = maker.block(levels[i], widths[i], 20, 3);
            maps.push_back(maker.conv(maker.block(x, 20, 20, 3), 20, channels));
        }
    };
    branch(4 * reg_max);
    branch(head.classes);
    if (head.extra != graph::HeadExtra::none) branch(head.extra_channels);
    return maker.finish({maker.op(op, maps), fine});
}

class Head : public testing::TestWithParam<HeadCase> {};

TEST_P(Head, DecodesLikeTheReference) {
    expect_like_reference(make_head(GetParam()), random_batch(3, 2, 22, 18), 2e-4);
}

INSTANTIATE_TEST_SUITE_P(Tasks, Head,
                         testing::Values(HeadCase{graph::HeadExtra::none, 0, {}, 80},
                                         HeadCase{graph::HeadExtra::none, 0, {}, 1},
                                         HeadCase{graph::HeadExtra::mask_coefficients, 32, {}, 3},
                                         HeadCase{graph::HeadExtra::keypoints, 51, {17, 3}, 1},
                                         HeadCase{graph::HeadExtra::keypoints, 8, {4, 2}, 2},
                                         HeadCase{graph::HeadExtra::angle, 1, {}, 15}));

TEST(HeadDecoding, DistancesWithoutDistribution) {
    expect_like_reference(make_head({graph::HeadExtra::none, 0, {}, 5}, 1), random_batch(3, 1, 16, 16), 2e-4);
}

TEST(HeadDecoding, ExtremeLogits) {
    graph::Network network = make_head({graph::HeadExtra::none, 0, {}, 5});
    for (auto& [name, tensor] : network.weights) {
        if (!name.ends_with(".weight")) continue;
        Tensor strong = Tensor::from(tensor.shape(), tensor.values<float>());
        for (float& value : strong.mutable_values<float>()) value *= 5;
        tensor = strong;
    }
    expect_like_reference(network, random_batch(3, 1, 16, 16), 2e-3);
}

// Distances (1, 2, 3, 4), angle 0.5, anchor (10.5, 20.5): by hand from the rotation of the centre's offset.
TEST(HeadDecoding, RotatedBoxByHand) {
    for (const char* name : {"reference", "cpu"}) {
        GraphMaker maker(1, 6);
        const graph::DecodeHead op{1, 1, {1}, graph::HeadExtra::angle, 1, {}};
        std::vector<graph::ValueId> maps = {maker.op(graph::Slice{0, 4}, {0}),
                                            maker.op(graph::Slice{4, 5}, {0}),
                                            maker.op(graph::Slice{5, 6}, {0})};
        const graph::Network network = maker.finish({maker.op(op, maps)});
        Tensor maps_in = Tensor::allocate(DType::f32, {1, 6, 32, 32});
        const double angle_logit = -std::log(1.0 / (0.5 / 3.14159265358979 + 0.25) - 1.0);
        const float values[] = {1, 2, 3, 4, 0, static_cast<float>(angle_logit)};
        for (std::size_t i = 0; i < 6 * 1024; ++i) maps_in.mutable_values<float>()[i] = values[i / 1024];
        const auto out =
            engines::make_engine(name, network, {})->run({maps_in, engines::Batch::Layout::nchw_rgb});
        const auto at = [&](std::size_t row) { return out[0].values<float>()[row * 1024 + 20 * 32 + 10]; };
        EXPECT_NEAR(at(0), 10.898157, 1e-4) << name;
        EXPECT_NEAR(at(1), 21.857008, 1e-4) << name;
        EXPECT_NEAR(at(2), 4, 1e-5) << name;
        EXPECT_NEAR(at(3), 6, 1e-5) << name;
        EXPECT_NEAR(at(4), 0.5, 1e-5) << name;
        EXPECT_NEAR(at(5), 0.5, 1e-5) << name;
    }
}

}  // namespace
}  // namespace yolo::test
