// SPDX-License-Identifier: Apache-2.0
/// \file SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): numbers by counter. Number i of a seed is
/// mix_bits(seed + i * mix_step), i from 1.
#pragma once

#include <cstdint>

namespace yolo {

inline constexpr std::uint64_t mix_step = 0x9e3779b97f4a7c15U;  // 2^64 / golden ratio, odd

/// Each bit of the result depends on all bits; no two values give the same.
constexpr std::uint64_t mix_bits(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

}  // namespace yolo
