// SPDX-License-Identifier: Apache-2.0
#include "data/random.hpp"

#include <algorithm>
#include <numeric>

namespace yolo::data {

namespace {

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

constexpr std::uint64_t step = 0x9e3779b97f4a7c15U;  // 2^64 / golden ratio, odd

}  // namespace

std::uint64_t Random::bits() {
    state_ += step;
    return mixed(state_);
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
    std::uint64_t state = mixed(seed + step);
    for (const std::uint64_t part : {epoch, place, branch, static_cast<std::uint64_t>(operation)}) {
        state = mixed(state + step * (part + 1));
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
