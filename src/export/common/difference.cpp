// SPDX-License-Identifier: Apache-2.0
#include "export/common/difference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace yolo::exports {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Channels first .. last - 1 of a tensor (N, C, ...).
struct Part {
    std::int64_t first, last;
};

std::vector<Part> parts_of(const Tensor& output0, const ModelInfo& info) {
    const std::int64_t channels = output0.dim(1);
    if (info.task == Task::classify) return {{0, channels}};
    constexpr std::int64_t boxes = 4;
    const std::int64_t scores = std::min(channels, boxes + info.class_count());
    std::vector<Part> parts = {{0, std::min(boxes, channels)}, {boxes, scores}};
    if (scores < channels) parts.push_back({scores, channels});
    return parts;
}

Difference of_part(const Tensor& actual, const Tensor& expected, Part part) {
    const auto is = actual.values<float>(), should = expected.values<float>();
    const std::int64_t channels = expected.dim(1);
    const std::int64_t area = expected.elements() / std::max<std::int64_t>(expected.dim(0) * channels, 1);
    double low = infinity, high = -infinity, largest = 0, sum = 0, count = 0;
    for (std::int64_t n = 0; n < expected.dim(0); ++n) {
        const std::int64_t end = (n * channels + part.last) * area;
        for (std::int64_t i = (n * channels + part.first) * area; i < end; ++i) {
            const double value = should[static_cast<std::size_t>(i)];
            const double error = std::abs(is[static_cast<std::size_t>(i)] - value);
            if (!std::isfinite(error)) return {infinity, infinity};
            low = std::min(low, value);
            high = std::max(high, value);
            largest = std::max(largest, error);
            sum += error;
            ++count;
        }
    }
    if (count == 0) return {};
    // Scores of a picture without objects span next to nothing: 0..1 is what all such values are made for.
    const double range = std::max(high - low, 1.0);
    return {largest / range, sum / count / range};
}

}  // namespace

Difference difference(const std::vector<Tensor>& actual, const std::vector<Tensor>& expected,
                      const ModelInfo& info) {
    if (actual.size() != expected.size()) return {infinity, infinity};
    Difference worst;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (actual[i].shape() != expected[i].shape()) return {infinity, infinity};
        const std::vector<Part> parts =
            i == 0 ? parts_of(expected[i], info) : std::vector<Part>{{0, expected[i].dim(1)}};
        for (const Part& part : parts) {
            const Difference found = of_part(actual[i], expected[i], part);
            worst = {std::max(worst.largest, found.largest), std::max(worst.mean, found.mean)};
        }
    }
    return worst;
}

}  // namespace yolo::exports
