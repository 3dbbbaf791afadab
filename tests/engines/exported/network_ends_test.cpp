// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/network_ends.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

namespace yolo::test {
namespace {

using engines::InputLayout;
using engines::output_order;
using engines::picture_input;
using ::testing::ElementsAre;

TEST(NetworkEnds, SizesAreReadInEitherLayout) {
    const engines::ExportedFile file{"a.onnx", "onnx", {{"task", "detect"}}};
    const auto planar = picture_input(file, {2, 3, -1, 320});
    EXPECT_EQ(planar.channels, 3);
    EXPECT_EQ(planar.traits.layout, InputLayout::nchw);
    EXPECT_EQ(planar.traits.batch, 2);
    EXPECT_EQ(planar.traits.height, 0);
    EXPECT_EQ(planar.traits.width, 320);
    const auto last = picture_input(file, {1, 192, 320, 3});
    EXPECT_EQ(last.channels, 3);
    EXPECT_EQ(last.traits.layout, InputLayout::nhwc);
    EXPECT_EQ(last.traits.height, 192);
    EXPECT_EQ(last.traits.width, 320);
    EXPECT_THROW(engines::require_one_input(file, 2), Error);
    EXPECT_THROW(picture_input(file, {1, 3, 64}), Error);
    EXPECT_THROW(picture_input(file, {}), Error);
}

TEST(NetworkEnds, ObjectsComeBeforePrototypes) {
    EXPECT_THAT(output_order({{"output1", 4}, {"output0", 3}}), ElementsAre(1, 0));
    EXPECT_THAT(output_order({{"protos", 4}, {"boxes", 3}}), ElementsAre(1, 0));
    EXPECT_THAT(output_order({{"boxes", 3}, {"protos", 4}}), ElementsAre(0, 1));
}

}  // namespace
}  // namespace yolo::test
