// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/result.hpp>

namespace yolo {

std::size_t Result::size() const {
    switch (task) {
        case Task::classify:
            return probs.size();
        case Task::obb:
            return obb.size();
        default:
            return boxes.size();
    }
}

const std::string& Result::name(int class_id) const {
    if (!names || class_id < 0 || static_cast<std::size_t>(class_id) >= names->size()) {
        throw Error(fmt::format("{}: class {} has no name: the result names {} classes", path, class_id,
                                names ? names->size() : 0));
    }
    return (*names)[static_cast<std::size_t>(class_id)];
}

std::vector<int> Result::top(int k) const {
    std::vector<int> order(probs.size());
    std::iota(order.begin(), order.end(), 0);
    const auto count = std::clamp<std::ptrdiff_t>(k, 0, static_cast<std::ptrdiff_t>(order.size()));
    std::partial_sort(order.begin(), order.begin() + count, order.end(), [this](int a, int b) {
        const float first = probs[static_cast<std::size_t>(a)], second = probs[static_cast<std::size_t>(b)];
        return first != second ? first > second : a < b;
    });
    order.resize(static_cast<std::size_t>(count));
    return order;
}

}  // namespace yolo
