// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/stored_tensor.hpp"

#include <limits>
#include <random>

#include <gmock/gmock.h>

#include "checkpoint/load_content.hpp"
#include "checkpoint/pickle_code.hpp"

namespace yolo::test {
namespace {

using checkpoint::StoredTensor;
using formats::Allowance;
using formats::SharedBytes;
using ::testing::HasSubstr;

/// A storage of 32-bit floats 0, 1, 2 ...
SharedBytes counting(int elements) {
    std::string content(static_cast<std::size_t>(elements) * sizeof(float), '\0');
    for (int i = 0; i < elements; ++i) {
        const auto value = static_cast<float>(i);
        std::memcpy(content.data() + static_cast<std::size_t>(i) * sizeof value, &value, sizeof value);
    }
    return bytes_of(content);
}

Tensor read(const StoredTensor& stored, const SharedBytes& storage) {
    Allowance allowance(storage.bytes.size());
    return checkpoint::read_tensor(
        stored, [&](std::string_view) { return storage; }, allowance);
}

StoredTensor described(const pickle::Code& code) {
    static std::vector<checkpoint::Pickle> kept;
    kept.push_back(checkpoint::Pickle::parse(bytes_of(pickle::whole(code))));
    return checkpoint::as_tensor(kept.back().root()).value();
}

TEST(StoredTensor, ContiguousViewsAreNotCopied) {
    const SharedBytes storage = counting(24);
    const Tensor tensor =
        read(described(pickle::tensor("FloatStorage", "0", 24, {2, 3}, {3, 1}, 6)), storage);
    EXPECT_EQ(tensor.raw(), storage.bytes.data() + 6 * sizeof(float));
    EXPECT_EQ(tensor.shape(), (Shape{2, 3}));
    EXPECT_EQ(tensor.values<float>()[0], 6);
}

TEST(StoredTensor, StridedViewsEqualTheirPlainTwin) {
    constexpr int elements = 500;
    const SharedBytes storage = counting(elements);
    std::mt19937 random(1);
    int copied = 0;
    for (int round = 0; round < 500; ++round) {
        StoredTensor stored{DType::f32, {}, {}, 0, "0", elements};
        std::int64_t last = stored.offset = random() % 20;
        for (std::size_t axis = random() % 5; axis-- > 0;) {
            stored.shape.push_back(1 + random() % 4);
            stored.stride.push_back(1 + random() % 24);
            last += (stored.shape.back() - 1) * stored.stride.back();
        }
        if (last >= elements) continue;
        const Tensor tensor = read(stored, storage);
        copied += stored.is_contiguous() ? 0 : 1;
        for (std::int64_t flat = 0; flat < tensor.elements(); ++flat) {
            std::int64_t position = stored.offset, rest = flat;
            for (std::size_t axis = stored.shape.size(); axis-- > 0;) {
                position += rest % stored.shape[axis] * stored.stride[axis];
                rest /= stored.shape[axis];
            }
            ASSERT_EQ(tensor.values<float>()[static_cast<std::size_t>(flat)], static_cast<float>(position))
                << round;
        }
    }
    EXPECT_GT(copied, 100);
}

TEST(StoredTensor, ParametersAndScalars) {
    const pickle::Code parameter = pickle::call(
        pickle::global("torch._utils", "_rebuild_parameter"),
        {pickle::tensor("HalfStorage", "7", {2}), pickle::boolean(true), pickle::ordered_dict()});
    EXPECT_EQ(described(parameter).storage, "7");
    EXPECT_EQ(described(parameter).dtype, DType::f16);
    EXPECT_EQ(described(pickle::tensor("LongStorage", "0", 1, {}, {})).shape, Shape{});
    const checkpoint::Pickle other = checkpoint::Pickle::parse(bytes_of(pickle::whole(pickle::text("x"))));
    EXPECT_FALSE(checkpoint::as_tensor(other.root()).has_value());
}

TEST(StoredTensor, NothingOutsideTheStorageIsRead) {
    const SharedBytes storage = counting(10);
    const auto message = [&](const StoredTensor& stored) { return error_of([&] { read(stored, storage); }); };
    constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();
    const auto view = [](Shape shape, Shape stride, std::int64_t offset, std::int64_t size = 10) {
        return StoredTensor{DType::f32, std::move(shape), std::move(stride), offset, "0", size};
    };
    EXPECT_NO_THROW(read(view({10}, {1}, 0), storage));
    EXPECT_NO_THROW(read(view({0}, {1}, 99), storage));
    EXPECT_THAT(message(view({11}, {1}, 0)), HasSubstr("outside of its storage"));
    EXPECT_THAT(message(view({10}, {1}, 1)), HasSubstr("outside"));
    EXPECT_THAT(message(view({2}, {10}, 0)), HasSubstr("outside"));
    EXPECT_THAT(message(view({2}, {huge}, 1)), HasSubstr("outside"));
    EXPECT_THAT(message(view({huge}, {huge}, 0)), HasSubstr("outside"));
    EXPECT_THAT(message(view({1}, {1}, huge)), HasSubstr("outside"));
    EXPECT_THAT(message(view({1000}, {0}, 0)), HasSubstr("outside"));  // repeats one element
    EXPECT_THAT(message(view({11}, {1}, 0, 11)), HasSubstr("should hold 11 elements"));
}

TEST(StoredTensor, NonsenseIsAnError) {
    EXPECT_THROW(described(pickle::tensor("FloatStorage", "0", 4, {-2}, {1})), Error);
    EXPECT_THROW(described(pickle::tensor("FloatStorage", "0", 4, {2}, {-1})), Error);
    EXPECT_THROW(described(pickle::tensor("FloatStorage", "0", 4, {2, 2}, {1})), Error);
    EXPECT_THROW(described(pickle::tensor("FloatStorage", "0", 4, {2}, {1}, -1)), Error);
    EXPECT_THROW(described(pickle::tensor("FloatStorage", "0", -4, {2}, {1})), Error);
    EXPECT_THAT(error_of([] { described(pickle::tensor("ComplexStorage", "0", {2})); }),
                HasSubstr("'ComplexStorage'"));
    EXPECT_THROW(described(pickle::call(pickle::global("torch._utils", "_rebuild_tensor_v2"), {})), Error);
    EXPECT_THROW(
        described(pickle::call(pickle::global("torch._utils", "_rebuild_parameter"), {pickle::none()})),
        Error);
}

}  // namespace
}  // namespace yolo::test
