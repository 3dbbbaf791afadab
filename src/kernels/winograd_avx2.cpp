// SPDX-License-Identifier: Apache-2.0
#include "kernels/winograd_kernels.hpp"

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include "kernels/winograd_loops.hpp"

namespace yolo::kernels {

namespace {

struct Lanes8 {
    static constexpr int lanes = 8, rows = 6;  // 12 sums, 2 factors, 1 that is the same in each lane
    __m256 v;

    static Lanes8 load(const float* from) { return {_mm256_loadu_ps(from)}; }
    static Lanes8 all(float x) { return {_mm256_set1_ps(x)}; }
    static Lanes8 fma(Lanes8 a, Lanes8 b, Lanes8 c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
    void store(float* to) const { _mm256_storeu_ps(to, v); }
    friend Lanes8 operator+(Lanes8 a, Lanes8 b) { return {_mm256_add_ps(a.v, b.v)}; }
    friend Lanes8 operator-(Lanes8 a, Lanes8 b) { return {_mm256_sub_ps(a.v, b.v)}; }
    friend Lanes8 operator*(Lanes8 a, Lanes8 b) { return {_mm256_mul_ps(a.v, b.v)}; }
    friend Lanes8 operator/(Lanes8 a, Lanes8 b) { return {_mm256_div_ps(a.v, b.v)}; }
    friend Lanes8 min(Lanes8 a, Lanes8 b) { return {_mm256_min_ps(a.v, b.v)}; }
    friend Lanes8 max(Lanes8 a, Lanes8 b) { return {_mm256_max_ps(a.v, b.v)}; }
    Lanes8 power() const {
        const __m256i biased = _mm256_add_epi32(_mm256_castps_si256(v), _mm256_set1_epi32(127));
        return {_mm256_castsi256_ps(_mm256_slli_epi32(biased, 23))};
    }
};

}  // namespace

const WinogradKernels* winograd_avx2() {
    return &winograd_kernels<Lanes8>;
}

}  // namespace yolo::kernels

#else

namespace yolo::kernels {

const WinogradKernels* winograd_avx2() {
    return nullptr;
}

}  // namespace yolo::kernels

#endif
