// SPDX-License-Identifier: Apache-2.0
#include "kernels/batch_norm.hpp"

#include <cmath>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace yolo::kernels {

namespace {

using Doubles = std::vector<double>;

/// Relative error of a number that is stored in T.
template <class T>
constexpr double rounding = std::is_same_v<T, float> ? 0x1p-24 : 0x1p-8;
/// Relative error of the arithmetic in float32: some roundings and that of fast_sigmoid().
constexpr double arithmetic = 1e-6;

class Numbers {
  public:
    explicit Numbers(unsigned seed) : generator_(seed) {}

    std::vector<float> floats(std::int64_t count, float mean, float deviation) {
        std::normal_distribution<float> number(mean, deviation);
        std::vector<float> values(static_cast<std::size_t>(count));
        for (float& value : values) value = number(generator_);
        return values;
    }

  private:
    std::mt19937 generator_;
};

/// A (rows, channels) matrix in memory whose rows are `stride` apart; between them lies something else.
template <class T>
class Map {
  public:
    Map(std::int64_t rows, std::int64_t channels, std::int64_t stride, const std::vector<float>& values = {})
        : rows_(rows), channels_(channels), stride_(stride) {
        T gap;
        store(gap, unused);
        memory_.assign(static_cast<std::size_t>((rows - 1) * stride + channels), gap);
        for (std::size_t i = 0; i < values.size(); ++i) store(memory_[place(i)], values[i]);
    }

    double operator[](std::size_t i) const { return load(memory_[place(i)]); }
    kernels::Rows<const T> rows() const { return {memory_.data(), rows_, stride_}; }
    kernels::Rows<T> rows() { return {memory_.data(), rows_, stride_}; }

    bool gaps_are_untouched() const {
        for (std::size_t i = 0; i < memory_.size(); ++i) {
            const auto column = static_cast<std::int64_t>(i) % stride_;
            if (column >= channels_ && load(memory_[i]) != unused) return false;
        }
        return true;
    }

  private:
    static constexpr float unused = -77;

    std::size_t place(std::size_t i) const {
        const auto index = static_cast<std::int64_t>(i);
        return static_cast<std::size_t>(index / channels_ * stride_ + index % channels_);
    }

    std::int64_t rows_, channels_, stride_;
    std::vector<T> memory_;
};

double sigmoid(double z) {
    return 1 / (1 + std::exp(-z));
}

struct Sizes {
    std::int64_t rows, channels, stride;
};

std::vector<Sizes> sizes() {
    return {{1, 1, 1}, {5, 3, 3}, {33, 16, 16}, {7, 37, 40}, {12, 80, 160}, {9, 130, 130}};
}

/// What the kernels are given, and the sums that they add to.
template <class T>
struct BatchNormCase {
    Sizes size;
    std::size_t channels, count;
    Map<T> x, dy;
    std::vector<float> scale, offset, shift, slope, constant;
    std::vector<float> first, second;  ///< sums, which start with something

    explicit BatchNormCase(const Sizes& s) : BatchNormCase(s, Numbers(static_cast<unsigned>(s.channels))) {}

    /// dy silu'(z) of element i.
    double dz(std::size_t i) const {
        const double z = x[i] * scale[i % channels] + offset[i % channels], p = sigmoid(z);
        return dy[i] * p * (1 + z * (1 - p));
    }

    /// Whether the arrays are what they started with and the two sums over the rows, given by element.
    template <class First, class Second>
    void expect_sums(const First& of_first, const Second& of_second) const {
        for (std::size_t c = 0; c < channels; ++c) {
            double sums[2] = {1, 2}, magnitudes[2] = {1, 2};
            for (std::size_t i = c; i < count; i += channels) {
                const double terms[2] = {of_first(i), of_second(i)};
                for (int k = 0; k < 2; ++k) {
                    sums[k] += terms[k];
                    magnitudes[k] += std::abs(terms[k]) + std::abs(dy[i]);
                }
            }
            EXPECT_NEAR(first[c], sums[0], arithmetic * magnitudes[0]) << "channel " << c;
            EXPECT_NEAR(second[c], sums[1], arithmetic * magnitudes[1]) << "channel " << c;
        }
    }

  private:
    BatchNormCase(const Sizes& s, Numbers numbers)
        : size(s),
          channels(static_cast<std::size_t>(s.channels)),
          count(static_cast<std::size_t>(s.rows * s.channels)),
          x(s.rows, s.channels, s.stride, numbers.floats(s.rows * s.channels, 3, 2)),
          dy(s.rows, s.channels, s.stride + 2, numbers.floats(s.rows * s.channels, 0, 1)),
          scale(numbers.floats(s.channels, 0, 1)),
          offset(numbers.floats(s.channels, 0, 1)),
          shift(numbers.floats(s.channels, 3, 1)),
          slope(numbers.floats(s.channels, 0, 0.1F)),
          constant(numbers.floats(s.channels, 0, 0.1F)),
          first(channels, 1),
          second(channels, 2) {}
};

template <class T>
class BatchNorm : public testing::Test {};
using Elements = testing::Types<float, Bf16>;
TYPED_TEST_SUITE(BatchNorm, Elements);

TYPED_TEST(BatchNorm, MomentsLikeThePlainTwin) {
    for (const Sizes& size : sizes()) {
        BatchNormCase<TypeParam> c(size);
        add_moments(std::as_const(c.x).rows(), size.channels, c.shift.data(), c.first.data(),
                    c.second.data());
        const auto difference = [&](std::size_t i) { return c.x[i] - c.shift[i % c.channels]; };
        c.expect_sums(difference, [&](std::size_t i) { return difference(i) * difference(i); });
    }
}

TYPED_TEST(BatchNorm, ForwardLikeThePlainTwin) {
    for (const Sizes& size : sizes()) {
        BatchNormCase<TypeParam> c(size);
        c.scale[0] = 100;  // SiLU of large numbers, and of
        c.offset[0] = size.rows % 2 == 0 ? 0 : -1000;
        Map<TypeParam> y(size.rows, size.channels, size.stride + 1);
        scale_silu(std::as_const(c.x).rows(), size.channels, c.scale.data(), c.offset.data(), y.rows());
        for (std::size_t i = 0; i < c.count; ++i) {
            const double part = c.x[i] * c.scale[i % c.channels], z = part + c.offset[i % c.channels];
            const double wanted = z * sigmoid(z);
            const double error = rounding<TypeParam> * std::abs(wanted) + arithmetic * (1 + std::abs(part));
            EXPECT_NEAR(y[i], wanted, error) << "element " << i << " of " << size.channels << " channels";
        }
        EXPECT_TRUE(y.gaps_are_untouched());
    }
}

TYPED_TEST(BatchNorm, GradientSumsLikeThePlainTwin) {
    for (const Sizes& size : sizes()) {
        BatchNormCase<TypeParam> c(size);
        add_gradient_sums(std::as_const(c.x).rows(), std::as_const(c.dy).rows(), size.channels,
                          c.scale.data(), c.offset.data(), c.shift.data(), c.first.data(), c.second.data());
        c.expect_sums([&](std::size_t i) { return c.dz(i); },
                      [&](std::size_t i) { return c.dz(i) * (c.x[i] - c.shift[i % c.channels]); });
    }
}

TYPED_TEST(BatchNorm, InputGradientLikeThePlainTwin) {
    for (const Sizes& size : sizes()) {
        BatchNormCase<TypeParam> c(size);
        Map<TypeParam> dx(size.rows, size.channels, size.stride + 3);
        input_gradient(std::as_const(c.x).rows(), std::as_const(c.dy).rows(), size.channels, c.scale.data(),
                       c.offset.data(), c.slope.data(), c.constant.data(), dx.rows());
        for (std::size_t i = 0; i < c.count; ++i) {
            const std::size_t k = i % c.channels;
            const double wanted = c.scale[k] * c.dz(i) + c.slope[k] * c.x[i] + c.constant[k];
            const double error = rounding<TypeParam> * std::abs(wanted) +
                                 arithmetic * (1 + std::abs(c.scale[k] * c.dy[i]) + std::abs(c.x[i]));
            EXPECT_NEAR(dx[i], wanted, error) << "element " << i << " of " << size.channels << " channels";
        }
        EXPECT_TRUE(dx.gaps_are_untouched());
    }
}

}  // namespace

}  // namespace yolo::kernels
