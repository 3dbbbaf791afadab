// SPDX-License-Identifier: Apache-2.0
#include "export/common/observers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <yolo/error.hpp>

namespace yolo::exports {

namespace {

constexpr double cut_off_share = 1e-5;  // of the values, at each end

/// The edge of the first bin from an end that leaves no more than the share outside.
Ends percentile_ends(const Histogram& histogram) {
    const auto counts = histogram.counts();
    const double all = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
    const auto outside = static_cast<std::uint64_t>(all * cut_off_share);
    std::size_t first = 0, last = counts.size();  // of the bins that stay
    for (std::uint64_t left = 0; first < last && (left += counts[first]) <= outside;) ++first;
    for (std::uint64_t left = 0; first < last && (left += counts[last - 1]) <= outside;) --last;
    const auto edge = [&](std::size_t bin) {
        return (static_cast<float>(bin) - Histogram::half) * histogram.width();
    };
    return {std::max(edge(first), histogram.low()), std::min(edge(last), histogram.high())};
}

/// Migacz, 8-bit inference with TensorRT (GTC 2017): the divergence of bins first .. last - 1, with all that
/// lies outside in the outermost ones, from the same in 256 steps.
double divergence(std::span<const std::uint64_t> counts, std::size_t first, std::size_t last) {
    constexpr std::size_t steps = 256;
    std::vector<double> before(counts.begin() + static_cast<std::ptrdiff_t>(first),
                               counts.begin() + static_cast<std::ptrdiff_t>(last));
    std::vector<double> after(before.size(), 0);
    const std::size_t size = before.size();
    for (std::size_t step = 0; step < steps; ++step) {
        const std::size_t begin = step * size / steps, end = (step + 1) * size / steps;
        double sum = 0;
        std::size_t used = 0;
        for (std::size_t i = begin; i < end; ++i) {
            sum += before[i];
            used += before[i] > 0 ? 1 : 0;
        }
        for (std::size_t i = begin; i < end; ++i)
            if (before[i] > 0) after[i] = sum / static_cast<double>(used);
    }
    before.front() += static_cast<double>(std::accumulate(
        counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(first), std::uint64_t{0}));
    before.back() += static_cast<double>(
        std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(last), counts.end(), std::uint64_t{0}));
    const double all = std::accumulate(before.begin(), before.end(), 0.0);
    const double kept = std::accumulate(after.begin(), after.end(), 0.0);
    constexpr double missing = 1e-9;  // what stands for 0 in the denominator
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
        if (before[i] == 0) continue;
        const double p = before[i] / all, q = kept > 0 ? after[i] / kept : 0;
        sum += p * std::log(p / std::max(q, missing));
    }
    return sum;
}

/// The two ends are cut alike: by the same share of their reach.
Ends entropy_ends(const Histogram& histogram) {
    const auto counts = histogram.counts();
    constexpr int tries = 100;
    constexpr double smallest = 0.3;  // share of the reach: less has never been better
    const double width = histogram.width();
    Ends best{histogram.low(), histogram.high()};
    double least = std::numeric_limits<double>::infinity();
    for (int i = tries; i >= 0; --i) {
        const double share = smallest + (1 - smallest) * i / tries;
        const double low = std::min(0.0F, histogram.low()) * share;
        const double high = std::max(0.0F, histogram.high()) * share;
        const auto first = static_cast<std::size_t>(std::floor(low / width) + Histogram::half);
        const auto last =
            std::min(static_cast<std::size_t>(std::floor(high / width) + Histogram::half + 1), counts.size());
        if (last - first < 256) break;  // each bin is a step: nothing to choose
        const double distance = divergence(counts, first, last);
        if (distance < least) {
            least = distance;
            best = {static_cast<float>(low), static_cast<float>(high)};
        }
    }
    return best;
}

}  // namespace

const char* to_string(Observer observer) {
    switch (observer) {
        case Observer::minmax:
            return "minmax";
        case Observer::percentile:
            return "percentile";
        case Observer::entropy:
            return "entropy";
    }
    return "";
}

void Histogram::widen(float reach) {
    if (counts_.empty()) {
        counts_.assign(std::size_t{2} * half, 0);
        width_ = std::ldexp(1.0F, -30);
    }
    while (reach >= width_ * half) {
        // Two bins become one: bin i takes those of 2 i and 2 i + 1, counted from 0 in the middle.
        std::vector<std::uint64_t> wider(counts_.size(), 0);
        for (int i = -half; i < half; ++i) {
            const int pair = i >= 0 ? i / 2 : -((1 - i) / 2);
            wider[static_cast<std::size_t>(pair + half)] += counts_[static_cast<std::size_t>(i + half)];
        }
        counts_ = std::move(wider);
        width_ *= 2;
    }
}

void Histogram::add(std::span<const float> values) {
    if (values.empty()) return;
    const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
    const bool first = counts_.empty();
    const float reach = std::max(-*smallest, *largest);
    // A sum is not finite where one of its terms is not.
    if (!std::isfinite(std::accumulate(values.begin(), values.end(), reach * 0)))
        throw Error("the network gives values that are not finite: it cannot be quantised");
    low_ = first ? *smallest : std::min(low_, *smallest);
    high_ = first ? *largest : std::max(high_, *largest);
    widen(reach);
    const float per_width = 1 / width_;
    for (const float value : values)
        ++counts_[static_cast<std::size_t>(static_cast<int>(std::floor(value * per_width)) + half)];
}

Ends observed_ends(const Histogram& histogram, Observer observer) {
    switch (observer) {
        case Observer::minmax:
            break;
        case Observer::percentile:
            return percentile_ends(histogram);
        case Observer::entropy:
            return entropy_ends(histogram);
    }
    return {histogram.low(), histogram.high()};
}

}  // namespace yolo::exports
