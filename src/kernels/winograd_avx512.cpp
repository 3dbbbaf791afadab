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

    static Lanes16 relu(Lanes16 x) { return {_mm512_max_ps(x.v, _mm512_setzero_ps())}; }
    /// x / (1 + e^-x), the exponential as fast_exp() in core/simd.hpp.
    static Lanes16 silu(Lanes16 x) {
        const __m512 negative = _mm512_sub_ps(_mm512_setzero_ps(), x.v);
        const Lanes16 t = {_mm512_max_ps(_mm512_min_ps(negative, all(88.0F).v), all(-87.0F).v)};
        const Lanes16 shifted = fma(t, all(1.44269504088896341F), all(12582912.0F));
        const Lanes16 n = shifted - all(12582912.0F);
        const Lanes16 r = fma(n, all(2.12194440e-4F), fma(n, all(-0.693359375F), t));
        Lanes16 p = fma(all(1.9875691500e-4F), r, all(1.3981999507e-3F));
        p = fma(p, r, all(8.3334519073e-3F));
        p = fma(p, r, all(4.1665795894e-2F));
        p = fma(p, r, all(1.6666665459e-1F));
        p = fma(p, r, all(5.0000001201e-1F));
        const Lanes16 y = fma({_mm512_mul_ps(p.v, r.v)}, r, r + all(1.0F));
        const __m512i power =
            _mm512_slli_epi32(_mm512_add_epi32(_mm512_castps_si512(shifted.v), _mm512_set1_epi32(127)), 23);
        const __m512 exponential = _mm512_mul_ps(y.v, _mm512_castsi512_ps(power));
        return {_mm512_div_ps(x.v, _mm512_add_ps(all(1.0F).v, exponential))};
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
