// SPDX-License-Identifier: Apache-2.0
#include "export/litert/litert_model.hpp"

#include <numeric>

#include <flatbuffers/flatbuffers.h>
#include <gmock/gmock.h>

#include "export/litert/litert_weights.hpp"

namespace yolo::test {
namespace {

using namespace exports;
using Tables = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>;

constexpr flatbuffers::voffset_t slot(int field) {
    return static_cast<flatbuffers::voffset_t>(4 + 2 * field);
}

std::string bytes_of(const LitertModel& model, const LitertModel::Ends& in, const LitertModel::Ends& out) {
    std::string file;
    model.write(
        [&](std::span<const std::byte> part) {
            file.append(reinterpret_cast<const char*>(part.data()), part.size());
        },
        "a network", in, out);
    return file;
}

TEST(LitertModel, BuffersAreAlignedAndTheFirstIsEmpty) {
    LitertModel model;
    const auto x = model.value("x", {3});
    const auto y = model.floats("y", Tensor::from({3}, std::vector<float>{1, 2, 3}));
    const auto z = model.value("z", {3});
    model.op(LitertCode::add, {x, y}, z, {11});
    const auto cosine = model.value("cosine", {3});
    model.op(LitertCode::cos, {z}, cosine);
    const std::string file = bytes_of(model, {{"in", x}}, {{"out", cosine}});

    ASSERT_EQ(file.substr(4, 4), "TFL3");
    EXPECT_EQ(file.size() % 16, 0U);
    const auto* root = flatbuffers::GetRoot<flatbuffers::Table>(file.data());
    EXPECT_EQ(root->GetField<std::uint32_t>(slot(0), 0), 3U);
    const auto* buffers = root->GetPointer<const Tables*>(slot(4));
    ASSERT_EQ(buffers->size(), 2U);
    EXPECT_EQ(buffers->Get(0)->GetPointer<const void*>(slot(0)), nullptr);
    const auto* data = buffers->Get(1)->GetPointer<const flatbuffers::Vector<std::uint8_t>*>(slot(0));
    EXPECT_EQ(data->size(), 12U);
    EXPECT_EQ((reinterpret_cast<const char*>(data->data()) - file.data()) % 16, 0);
    const auto* codes = root->GetPointer<const Tables*>(slot(1));
    ASSERT_EQ(codes->size(), 2U);
    EXPECT_EQ(codes->Get(1)->GetField<std::int8_t>(slot(0), 0), 108);
    EXPECT_EQ(codes->Get(1)->GetField<std::int32_t>(slot(3), 0), 108);
}

TEST(LitertWeights, BytesStayBytes) {
    Tensor bytes = Tensor::allocate(DType::i8, {1, 2, 1, 2});
    const auto values = bytes.mutable_values<std::int8_t>();
    std::iota(values.begin(), values.end(), std::int8_t{-2});
    const Tensor turned = conv_weights(bytes);
    EXPECT_EQ(turned.shape(), (Shape{1, 1, 2, 2}));
    EXPECT_THAT(turned.values<std::int8_t>(), ::testing::ElementsAre(-2, 0, -1, 1));
    EXPECT_EQ(conv_weights(bytes.to_f32()).dtype(), DType::f32);
}

}  // namespace
}  // namespace yolo::test
