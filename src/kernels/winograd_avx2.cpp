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

    static Lanes8 relu(Lanes8 x) { return {_mm256_max_ps(x.v, _mm256_setzero_ps())}; }
    /// x / (1 + e^-x), the exponential as fast_exp() in core/simd.hpp.
    static Lanes8 silu(Lanes8 x) {
        const __m256 negative = _mm256_sub_ps(_mm256_setzero_ps(), x.v);
        const Lanes8 t = {_mm256_max_ps(_mm256_min_ps(negative, all(88.0F).v), all(-87.0F).v)};
        const Lanes8 shifted = fma(t, all(1.44269504088896341F), all(12582912.0F));
        const Lanes8 n = shifted - all(12582912.0F);
        const Lanes8 r = fma(n, all(2.12194440e-4F), fma(n, all(-0.693359375F), t));
        Lanes8 p = fma(all(1.9875691500e-4F), r, all(1.3981999507e-3F));
        p = fma(p, r, all(8.3334519073e-3F));
        p = fma(p, r, all(4.1665795894e-2F));
        p = fma(p, r, all(1.6666665459e-1F));
        p = fma(p, r, all(5.0000001201e-1F));
        const Lanes8 y = fma({_mm256_mul_ps(p.v, r.v)}, r, r + all(1.0F));
        const __m256i power =
            _mm256_slli_epi32(_mm256_add_epi32(_mm256_castps_si256(shifted.v), _mm256_set1_epi32(127)), 23);
        const __m256 exponential = _mm256_mul_ps(y.v, _mm256_castsi256_ps(power));
        return {_mm256_div_ps(x.v, _mm256_add_ps(all(1.0F).v, exponential))};
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
