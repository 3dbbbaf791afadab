// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "engines/reference/ops.hpp"

namespace yolo::engines::reference {

namespace {

std::int64_t product(Shape::const_iterator first, Shape::const_iterator last) {
    return std::accumulate(first, last, std::int64_t{1}, std::multiplies<>());
}

/// Of a dense tensor: elements between neighbours along each axis.
Shape steps_of(const Shape& shape) {
    Shape steps(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) steps[i - 1] = steps[i] * shape[i];
    return steps;
}

/// Calls `visit(i, offsets)` for each element i of a dense tensor of that shape, with the place of the
/// element in tensors that have those steps.
template <class Visit>
void for_each_element(const Shape& shape, const std::vector<Shape>& steps, Visit visit) {
    const auto count = static_cast<std::size_t>(element_count(shape));
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::size_t> offsets(steps.size(), 0);
        std::size_t left = i;
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            const auto size = static_cast<std::size_t>(shape[axis]);
            for (std::size_t t = 0; t < steps.size(); ++t)
                offsets[t] += left % size * static_cast<std::size_t>(steps[t][axis]);
            left /= size;
        }
        visit(i, offsets);
    }
}

/// Steps through a tensor as if it had the rank of `joined`, standing still where it has one element.
Shape broadcast_steps(const Shape& shape, std::size_t rank) {
    const Shape dense = steps_of(shape);
    Shape steps(rank, 0);
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] != 1) steps[rank - shape.size() + i] = dense[i];
    }
    return steps;
}

template <class F>
Tensor combine(const Tensor& a, const Tensor& b, F f) {
    const std::size_t rank = std::max(a.shape().size(), b.shape().size());
    Shape shape(rank, 1);
    for (const Tensor* x : {&a, &b}) {
        for (std::size_t i = 0; i < x->shape().size(); ++i) {
            std::int64_t& size = shape[rank - x->shape().size() + i];
            size = std::max(size, x->dim(i));
        }
    }
    Tensor y = Tensor::allocate(DType::f32, shape);
    const auto left = a.values<float>(), right = b.values<float>();
    const auto out = y.mutable_values<float>();
    for_each_element(shape, {broadcast_steps(a.shape(), rank), broadcast_steps(b.shape(), rank)},
                     [&](std::size_t i, const auto& at) { out[i] = f(left[at[0]], right[at[1]]); });
    return y;
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
    return combine(a, b, std::plus<>());
}

Tensor subtract(const Tensor& a, const Tensor& b) {
    return combine(a, b, std::minus<>());
}

Tensor multiply(const Tensor& a, const Tensor& b) {
    return combine(a, b, std::multiplies<>());
}

Tensor concat(const graph::Concat& op, std::span<const Tensor> parts) {
    const auto axis = static_cast<std::size_t>(op.axis);
    Shape shape = parts[0].shape();
    shape[axis] = 0;
    for (const Tensor& part : parts) shape[axis] += part.dim(axis);
    Tensor y = Tensor::allocate(DType::f32, shape);
    auto out = y.mutable_values<float>().begin();
    const std::int64_t rows = product(shape.begin(), shape.begin() + op.axis);
    for (std::int64_t row = 0; row < rows; ++row) {
        for (const Tensor& part : parts) {
            const std::int64_t size = part.elements() / rows;
            const auto from = part.values<float>().begin() + row * size;
            out = std::copy(from, from + size, out);
        }
    }
    return y;
}

Tensor slice(const graph::Slice& op, const Tensor& x) {
    const auto axis = static_cast<std::size_t>(op.axis);
    Shape shape = x.shape();
    shape[axis] = op.end - op.begin;
    Tensor y = Tensor::allocate(DType::f32, shape);
    auto out = y.mutable_values<float>().begin();
    const std::int64_t rows = product(shape.begin(), shape.begin() + op.axis);
    const std::int64_t inner = product(shape.begin() + op.axis + 1, shape.end());
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto from = x.values<float>().begin() + (row * x.dim(axis) + op.begin) * inner;
        out = std::copy(from, from + shape[axis] * inner, out);
    }
    return y;
}

Tensor softmax(const Tensor& x) {
    Tensor y = Tensor::allocate(DType::f32, x.shape());
    const auto size = static_cast<std::size_t>(x.shape().back());
    for (std::size_t first = 0; first < static_cast<std::size_t>(x.elements()); first += size) {
        const auto in = x.values<float>().subspan(first, size);
        const auto out = y.mutable_values<float>().subspan(first, size);
        const float highest = *std::max_element(in.begin(), in.end());
        double sum = 0;
        for (std::size_t i = 0; i < size; ++i) sum += out[i] = std::exp(in[i] - highest);
        for (float& value : out) value = static_cast<float>(value / sum);
    }
    return y;
}

Tensor weighted_sum(const graph::WeightedSum& op, const Tensor& x) {
    Tensor y = Tensor::allocate(DType::f32, Shape(x.shape().begin(), x.shape().end() - 1));
    const std::size_t size = op.weights.size();
    const auto out = y.mutable_values<float>();
    for (std::size_t i = 0; i < out.size(); ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < size; ++k) sum += double{op.weights[k]} * x.values<float>()[i * size + k];
        out[i] = static_cast<float>(sum);
    }
    return y;
}

Tensor matrix_product(const Tensor& a, const Tensor& b) {
    Shape shape = a.shape();
    const auto depth = static_cast<std::size_t>(shape.back());
    shape.back() = b.shape().back();
    Tensor y = Tensor::allocate(DType::f32, shape);
    const auto rows = static_cast<std::size_t>(shape[shape.size() - 2]);
    const auto columns = static_cast<std::size_t>(shape.back());
    const auto left = a.values<float>(), right = b.values<float>();
    const auto out = y.mutable_values<float>();
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t column = i % columns, row = i / columns, matrix = row / rows;
        double sum = 0;
        for (std::size_t k = 0; k < depth; ++k)
            sum += double{left[row * depth + k]} * double{right[(matrix * depth + k) * columns + column]};
        out[i] = static_cast<float>(sum);
    }
    return y;
}

Tensor reshape(const Tensor& x, const Shape& shape) {
    return Tensor::from(shape, x.values<float>());
}

Tensor cell_centers(const graph::CellCenters& op, const Tensor& map) {
    const std::int64_t width = map.dim(3), cells = map.dim(2) * width;
    Tensor y = Tensor::allocate(DType::f32, {1, 3, cells});
    const auto out = y.mutable_values<float>();
    for (std::int64_t i = 0; i < cells; ++i) {
        const auto at = [i, cells](std::int64_t row) { return static_cast<std::size_t>(row * cells + i); };
        out[at(0)] = static_cast<float>(i % width) + 0.5f;
        out[at(1)] = static_cast<float>(i / width) + 0.5f;
        out[at(2)] = static_cast<float>(op.stride);
    }
    return y;
}

}  // namespace yolo::engines::reference
