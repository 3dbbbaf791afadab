// SPDX-License-Identifier: Apache-2.0
/// \file COCO's text of run lengths: each number as characters '0' + 6 bits, the lowest 5 bits first; bit 5
/// says that more follow. From the fourth number on, the difference to the one before last is written.
#include <numeric>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "metrics/run_length.hpp"

namespace yolo::metrics {

namespace {

constexpr char first_digit = '0';
constexpr int digit_bits = 5, more_follow = 1 << digit_bits;
constexpr int sign_bit = 1 << (digit_bits - 1), digit_mask = more_follow - 1;
constexpr int most_digits = 12;  // 60 bits

/// The number at `at`, which moves behind it.
std::int64_t read_number(std::string_view text, std::size_t& at) {
    std::int64_t number = 0;
    for (int digit = 0; digit < most_digits && at < text.size(); ++digit) {
        const int code = text[at++] - first_digit;
        if (code < 0 || code >= 2 * more_follow) break;
        number |= static_cast<std::int64_t>(code & digit_mask) << (digit_bits * digit);
        if ((code & more_follow) != 0) continue;
        if ((code & sign_bit) != 0) number |= -(std::int64_t{1} << (digit_bits * (digit + 1)));
        return number;
    }
    throw Error(fmt::format("a coded mask is damaged at character {}: write it again", at));
}

}  // namespace

std::string compress(const RunLength& runs) {
    std::string text;
    for (std::size_t i = 0; i < runs.counts.size(); ++i) {
        std::int64_t number = runs.counts[i];
        if (i > 2) number -= runs.counts[i - 2];
        for (bool unfinished = true; unfinished;) {
            int code = static_cast<int>(number & digit_mask);
            number >>= digit_bits;
            unfinished = (code & sign_bit) != 0 ? number != -1 : number != 0;
            if (unfinished) code |= more_follow;
            text += static_cast<char>(first_digit + code);
        }
    }
    return text;
}

RunLength decompress(std::string_view text, Size size) {
    RunLength runs{size.height, size.width};
    const std::int64_t pixels = static_cast<std::int64_t>(size.height) * size.width;
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::int64_t count = read_number(text, at);
        const std::size_t place = runs.counts.size();
        if (place > 2) count += runs.counts[place - 2];
        if (count < 0 || count > pixels - sum) {
            throw Error(
                fmt::format("a coded mask does not fit into {}x{} pixels: its size is wrong or it is damaged",
                            size.width, size.height));
        }
        sum += count;
        runs.counts.push_back(static_cast<std::uint32_t>(count));
    }
    if (sum != pixels) {
        throw Error(fmt::format("a coded mask has {} of {}x{} pixels: its size is wrong or it is damaged",
                                sum, size.width, size.height));
    }
    return runs;
}

}  // namespace yolo::metrics
