// SPDX-License-Identifier: Apache-2.0
#include "track/half_gray.hpp"

#include <algorithm>
#include <cstdint>

#include <opencv2/imgproc.hpp>

#include "core/processor.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace yolo::track {

namespace {

int conversion_to_gray(PixelFormat format) {
    switch (format) {
        case PixelFormat::bgr:
            return cv::COLOR_BGR2GRAY;
        case PixelFormat::rgb:
            return cv::COLOR_RGB2GRAY;
        case PixelFormat::bgra:
            return cv::COLOR_BGRA2GRAY;
        case PixelFormat::rgba:
            return cv::COLOR_RGBA2GRAY;
        case PixelFormat::gray:
            break;
    }
    return -1;
}

/// Of red, green and blue in 2^15: BT.601's 0.299, 0.587 and 0.114.
constexpr int red = 9798, green = 19235, blue = 3735, weight_bits = 15, half_weight = 1 << (weight_bits - 1);

/// Of a pixel's three channels in their order.
struct Weights {
    int first, second, third;
};

int gray(const std::uint8_t* pixel, const Weights& weights) {
    return (pixel[0] * weights.first + pixel[1] * weights.second + pixel[2] * weights.third + half_weight) >>
           weight_bits;
}

/// Means of 2 x 2 grey pixels, `begin` to `end` of a row of the half picture.
void halve_pixels(const std::uint8_t* upper, const std::uint8_t* lower, const Weights& weights, int begin,
                  int end, std::uint8_t* out) {
    for (int x = begin; x < end; ++x) {
        const std::uint8_t *a = upper + std::ptrdiff_t{6} * x, *b = lower + std::ptrdiff_t{6} * x;
        const int sum = gray(a, weights) + gray(a + 3, weights) + gray(b, weights) + gray(b + 3, weights);
        out[x] = static_cast<std::uint8_t>((sum + 2) >> 2);
    }
}

#if defined(__x86_64__)
#define YOLO_AVX2 __attribute__((target("avx2")))

/// `Weights` for vpmaddwd.
struct PairWeights {
    __m256i first_two, third;
};

/// Eight pixels in grey. Reads 28 bytes.
YOLO_AVX2 inline __m256i gray_of_8(const std::uint8_t* pixels, const PairWeights& weights) {
    const __m256i two =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1));
    const __m256i one = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1));
    const auto load = [](const std::uint8_t* from) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    const __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(load(pixels)), load(pixels + 12), 1);
    const __m256i sums =
        _mm256_add_epi32(_mm256_madd_epi16(_mm256_shuffle_epi8(bytes, two), weights.first_two),
                         _mm256_madd_epi16(_mm256_shuffle_epi8(bytes, one), weights.third));
    return _mm256_srli_epi32(_mm256_add_epi32(sums, _mm256_set1_epi32(half_weight)), weight_bits);
}

/// Eight pixels of the half picture, 0 1 4 5 2 3 6 7.
YOLO_AVX2 inline __m256i half_of_16(const std::uint8_t* upper, const std::uint8_t* lower,
                                    const PairWeights& weights) {
    const __m256i left = _mm256_add_epi32(gray_of_8(upper, weights), gray_of_8(lower, weights));
    const __m256i right = _mm256_add_epi32(gray_of_8(upper + 24, weights), gray_of_8(lower + 24, weights));
    return _mm256_srli_epi32(_mm256_add_epi32(_mm256_hadd_epi32(left, right), _mm256_set1_epi32(2)), 2);
}

/// One row of the half picture. Meanwhile the next two rows are fetched from memory.
YOLO_AVX2 void halve_rows(const std::uint8_t* upper, std::size_t stride, const Weights& weights, int width,
                          std::uint8_t* out) {
    constexpr int step = 16;
    const PairWeights pairs{_mm256_set1_epi32((weights.second << 16) | weights.first),
                            _mm256_set1_epi32(weights.third)};
    const std::uint8_t* lower = upper + stride;
    int x = 0;
    for (; x + step < width; x += step) {  // not the last ones: more is read than needed
        const std::uint8_t *a = upper + std::ptrdiff_t{6} * x, *b = lower + std::ptrdiff_t{6} * x;
        for (const std::uint8_t* here : {a, b}) {
            _mm_prefetch(reinterpret_cast<const char*>(here + 2 * stride), _MM_HINT_T0);
            _mm_prefetch(reinterpret_cast<const char*>(here + 2 * stride + 64), _MM_HINT_T0);
        }
        const __m256i words = _mm256_packus_epi32(half_of_16(a, b, pairs), half_of_16(a + 48, b + 48, pairs));
        const __m256i bytes = _mm256_packus_epi16(words, words);
        const __m128i ordered =
            _mm_unpacklo_epi16(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + x), ordered);
    }
    halve_pixels(upper, lower, weights, x, width, out);
}
#endif

/// Whether it is made; otherwise this processor or these pixels are not for it.
bool make_quickly([[maybe_unused]] const cv::Mat& picture, PixelFormat format,
                  [[maybe_unused]] cv::Mat& half) {
    const bool colours = format == PixelFormat::bgr || format == PixelFormat::rgb;
    if (!colours || picture.rows % 2 != 0 || picture.cols % 2 != 0) return false;
#if defined(__x86_64__)
    if (instruction_set() < InstructionSet::avx2) return false;
    const Weights weights =
        format == PixelFormat::bgr ? Weights{blue, green, red} : Weights{red, green, blue};
    for (int y = 0; y < half.rows; ++y)
        halve_rows(picture.ptr(2 * y), picture.step[0], weights, half.cols, half.ptr(y));
    return true;
#else
    return false;
#endif
}

/// Rows of the half picture that are made at once, so that the grey pixels in between stay in the cache.
constexpr int strip_rows = 60;

}  // namespace

const cv::Mat& HalfGray::of(const cv::Mat& picture, PixelFormat format) {
    half_.create(picture.rows / 2, picture.cols / 2, CV_8U);
    if (make_quickly(picture, format, half_)) return half_;
    // Odd sides are not halved exactly: then every row depends on the picture's height.
    const bool exact = picture.rows % 2 == 0 && picture.cols % 2 == 0;
    const int step = exact ? strip_rows : half_.rows;
    for (int row = 0; row < half_.rows; row += step) {
        const int end = std::min(row + step, half_.rows);
        const cv::Mat part = picture.rowRange(2 * row, end == half_.rows ? picture.rows : 2 * end);
        cv::Mat to = half_.rowRange(row, end);
        if (format != PixelFormat::gray) cv::cvtColor(part, strip_, conversion_to_gray(format));
        cv::resize(format == PixelFormat::gray ? part : strip_, to, to.size());
    }
    return half_;
}

}  // namespace yolo::track
