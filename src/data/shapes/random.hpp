// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

namespace yolo::data {

/// Numbers for one picture. The engine is the standard's, its mapping to ranges our own, so that every
/// standard library gives the same pictures.
class ShapeRandom {
  public:
    ShapeRandom(std::uint64_t seed, std::uint64_t picture) : engine_(seed * 0x9e3779b97f4a7c15ULL + picture) {
        engine_.discard(8);
    }
    double uniform(double low, double high) {
        constexpr double steps = 9007199254740992.0;  // 2^53
        return low + (high - low) * (static_cast<double>(engine_() >> 11) / steps);
    }
    int integer(int low, int high) {  ///< low <= result <= high
        return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool chance(double probability) { return uniform(0, 1) < probability; }
    std::uint64_t bits() { return engine_(); }

  private:
    std::mt19937_64 engine_;
};

}  // namespace yolo::data
