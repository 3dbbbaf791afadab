// SPDX-License-Identifier: Apache-2.0
#include "data/random.hpp"

#include <algorithm>
#include <numeric>

#include "core/mix.hpp"

namespace yolo::data {

std::uint64_t Random::bits() {
    state_ += mix_step;
    return mix_bits(state_);
}

double Random::uniform() {
    return static_cast<double>(bits() >> 11) * 0x1p-53;
}

std::size_t Random::below(std::size_t count) {
    return std::min(static_cast<std::size_t>(uniform() * static_cast<double>(count)), count - 1);
}

int Random::between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::size_t>(high - low)));
}

double Random::beta(int first, int second) {
    std::vector<double> numbers(static_cast<std::size_t>(first + second - 1));
    std::generate(numbers.begin(), numbers.end(), [&] { return uniform(); });
    const auto place = numbers.begin() + (first - 1);
    std::nth_element(numbers.begin(), place, numbers.end());
    return *place;
}

Random RandomKey::operator()(Operation operation) const {
    std::uint64_t state = mix_bits(seed + mix_step);
    for (const std::uint64_t part : {epoch, place, branch, static_cast<std::uint64_t>(operation)}) {
        state = mix_bits(state + mix_step * (part + 1));
    }
    return Random(state);
}

std::vector<std::uint32_t> random_order(std::size_t count, Random random) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

}  // namespace yolo::data
