// SPDX-License-Identifier: Apache-2.0
#include "kernels/winograd_kernels.hpp"

#if defined(__AVX512F__)

#include <immintrin.h>

#include "kernels/winograd_loops.hpp"

namespace yolo::kernels {

namespace {

struct Lanes16 {
    static constexpr int lanes = 16, rows = 12;  // 24 sums, 2 factors, 1 that is the same in each lane
    __m512 v;

    static Lanes16 load(const float* from) { return {_mm512_loadu_ps(from)}; }
    static Lanes16 all(float x) { return {_mm512_set1_ps(x)}; }
    static Lanes16 fma(Lanes16 a, Lanes16 b, Lanes16 c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
    void store(float* to) const { _mm512_storeu_ps(to, v); }
    friend Lanes16 operator+(Lanes16 a, Lanes16 b) { return {_mm512_add_ps(a.v, b.v)}; }
    friend Lanes16 operator-(Lanes16 a, Lanes16 b) { return {_mm512_sub_ps(a.v, b.v)}; }
    friend Lanes16 operator*(Lanes16 a, Lanes16 b) { return {_mm512_mul_ps(a.v, b.v)}; }
    friend Lanes16 operator/(Lanes16 a, Lanes16 b) { return {_mm512_div_ps(a.v, b.v)}; }
    friend Lanes16 min(Lanes16 a, Lanes16 b) { return {_mm512_min_ps(a.v, b.v)}; }
    friend Lanes16 max(Lanes16 a, Lanes16 b) { return {_mm512_max_ps(a.v, b.v)}; }
    Lanes16 power() const {
        const __m512i biased = _mm512_add_epi32(_mm512_castps_si512(v), _mm512_set1_epi32(127));
        return {_mm512_castsi512_ps(_mm512_slli_epi32(biased, 23))};
    }
};

}  // namespace

const WinogradKernels* winograd_avx512() {
    return &winograd_kernels<Lanes16>;
}

}  // namespace yolo::kernels

#else

namespace yolo::kernels {

const WinogradKernels* winograd_avx512() {
    return nullptr;
}

}  // namespace yolo::kernels

#endif
