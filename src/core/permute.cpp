// SPDX-License-Identifier: Apache-2.0
#include "core/permute.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo {

Tensor permute(const Tensor& x, const std::vector<int>& perm) {
    const std::size_t rank = x.shape().size();
    std::vector<std::size_t> steps(rank, 1);  // elements between neighbours along each axis of x
    for (std::size_t axis = rank; axis-- > 1;)
        steps[axis - 1] = steps[axis] * static_cast<std::size_t>(x.dim(axis));

    Shape shape;
    std::vector<std::size_t> moved;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const auto found = std::find(perm.begin(), perm.end(), static_cast<int>(axis));
        if (perm.size() != rank || found == perm.end())
            throw Error(fmt::format("the axes of {} cannot be ordered so", to_string(x.shape())));
    }
    for (const int axis : perm) {
        shape.push_back(x.dim(static_cast<std::size_t>(axis)));
        moved.push_back(steps[static_cast<std::size_t>(axis)]);
    }

    const Tensor source = x.to_f32();
    Tensor y = Tensor::allocate(DType::f32, shape);
    const auto from = source.values<float>();
    std::vector<std::int64_t> place(rank, 0);  // of the element of y, along its axes
    std::size_t at = 0;                        // of the same element in x
    for (float& value : y.mutable_values<float>()) {
        value = from[at];
        for (std::size_t axis = rank; axis-- > 0;) {
            at += moved[axis];
            if (++place[axis] < shape[axis]) break;
            at -= moved[axis] * static_cast<std::size_t>(shape[axis]);
            place[axis] = 0;
        }
    }
    return y;
}

}  // namespace yolo
