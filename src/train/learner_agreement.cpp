// SPDX-License-Identifier: Apache-2.0
#include "train/learner_agreement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include <fmt/core.h>

namespace yolo::train {

namespace {

constexpr float reported = 0.25F;
constexpr std::size_t strongest = 10;

/// The output of one picture, (4 + nc + extra, A).
struct PictureOutput {
    std::span<const float> values;
    std::size_t anchors;

    float at(std::size_t row, std::size_t anchor) const { return values[row * anchors + anchor]; }
    float confidence(std::size_t anchor, std::size_t classes) const {
        float best = 0;
        for (std::size_t c = 0; c < classes; ++c) best = std::max(best, at(4 + c, anchor));
        return best;
    }
    double low(std::size_t axis, std::size_t anchor) const {
        return at(axis, anchor) - at(axis + 2, anchor) / 2;
    }
    double high(std::size_t axis, std::size_t anchor) const {
        return at(axis, anchor) + at(axis + 2, anchor) / 2;
    }
    double area(std::size_t anchor) const { return static_cast<double>(at(2, anchor)) * at(3, anchor); }
};

double overlap(const PictureOutput& a, const PictureOutput& b, std::size_t anchor) {
    double inter = 1;
    for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
        inter *= std::max(std::min(a.high(axis, anchor), b.high(axis, anchor)) -
                              std::max(a.low(axis, anchor), b.low(axis, anchor)),
                          0.0);
    }
    const double all = a.area(anchor) + b.area(anchor) - inter;
    return all > 0 ? inter / all : 1;
}

std::vector<std::size_t> compared_anchors(const PictureOutput& picture, std::size_t classes) {
    std::vector<float> confidence(picture.anchors);
    for (std::size_t i = 0; i < picture.anchors; ++i) confidence[i] = picture.confidence(i, classes);
    std::vector<std::size_t> order(picture.anchors);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return confidence[a] > confidence[b]; });
    std::size_t count = 0;
    while (count < order.size() && confidence[order[count]] >= reported) ++count;
    order.resize(count > 0 ? count : std::min(strongest, order.size()));
    return order;
}

bool all_finite(const std::vector<Tensor>& outputs) {
    return std::ranges::all_of(outputs, [](const Tensor& tensor) {
        return std::ranges::all_of(tensor.values<float>(), [](float value) { return std::isfinite(value); });
    });
}

/// Largest difference in each picture, averaged.
double mean_of_worst(std::span<const float> a, std::span<const float> b, std::size_t pictures) {
    const std::size_t size = a.size() / pictures;
    double sum = 0;
    for (std::size_t n = 0; n < pictures; ++n) {
        double worst = 0;
        for (std::size_t i = n * size; i < (n + 1) * size; ++i) {
            worst = std::max(worst, std::abs(static_cast<double>(a[i]) - b[i]));
        }
        sum += worst;
    }
    return sum / static_cast<double>(pictures);
}

}  // namespace

bool Disagreement::is_harmless() const {
    constexpr double most_probability = 0.05, least_overlap = 0.95;  // trained models: 0.01, 0.99
    return finite && probability <= most_probability && overlap >= least_overlap;
}

Disagreement compare_outputs(const graph::Graph& graph, const std::vector<Tensor>& exact,
                             const std::vector<Tensor>& rounded) {
    Disagreement result;
    result.finite = all_finite(exact) && all_finite(rounded);
    if (!result.finite) return result;
    const auto a = exact.front().values<float>(), b = rounded.front().values<float>();
    const auto pictures = static_cast<std::size_t>(exact.front().dim(0));
    const std::size_t size = a.size() / pictures;
    if (!graph.head) {
        result.probability = mean_of_worst(a, b, pictures);
        return result;
    }
    const auto classes = static_cast<std::size_t>(graph.class_count);
    const auto anchors = static_cast<std::size_t>(exact.front().dim(2));
    double overlaps = 0, differences = 0;
    std::size_t compared = 0;
    for (std::size_t n = 0; n < pictures; ++n) {
        const PictureOutput one{a.subspan(n * size, size), anchors},
            other{b.subspan(n * size, size), anchors};
        for (const std::size_t anchor : compared_anchors(one, classes)) {
            const double apart = one.confidence(anchor, classes) - other.confidence(anchor, classes);
            differences += std::abs(apart);
            overlaps += overlap(one, other, anchor);
            ++compared;
        }
    }
    if (compared > 0) {
        result.overlap = overlaps / static_cast<double>(compared);
        result.probability = differences / static_cast<double>(compared);
    }
    return result;
}

double measured_speedup(const std::function<double(Precision)>& seconds, Precision mixed) {
    constexpr std::size_t rounds = 4;  // the first one included
    constexpr double longest = 5;      // seconds, after which no round begins
    std::vector<double> exact_times, mixed_times;
    double spent = 0;
    while (exact_times.size() < rounds && spent < longest) {
        exact_times.push_back(seconds(Precision::fp32));
        mixed_times.push_back(seconds(mixed));
        spent += exact_times.back() + mixed_times.back();
    }
    const auto median = [](std::vector<double>& times) {
        if (times.size() > 1) times.erase(times.begin());
        std::ranges::sort(times);
        return (times[(times.size() - 1) / 2] + times[times.size() / 2]) / 2;
    };
    constexpr double instant = 1e-9;
    return std::max(median(exact_times), instant) / std::max(median(mixed_times), instant);
}

PrecisionChoice choose_precision(Precision mixed, bool agrees, double speedup) {
    constexpr double worth_rounding = 1.05;
    const char* name = to_string(mixed);
    if (!agrees)
        return {Precision::fp32, LogLevel::warning,
                fmt::format("AMP: {} changes the results of this network on this machine: fp32", name)};
    if (speedup < 1)
        return {Precision::fp32, LogLevel::info,
                fmt::format("AMP: {} is slower here ({:.2f}x): fp32", name, speedup)};
    if (speedup < worth_rounding)
        return {Precision::fp32, LogLevel::info,
                fmt::format("AMP: {} is not faster here ({:.2f}x): fp32", name, speedup)};
    return {mixed, LogLevel::info,
            fmt::format("AMP: {0} agrees with fp32 and is {1:.1f} times as fast: {0}", name, speedup)};
}

}  // namespace yolo::train
