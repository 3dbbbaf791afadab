// SPDX-License-Identifier: Apache-2.0
#include "export/common/difference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

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

using Row = std::span<const float>;

/// Rows of picture n that are not padding.
std::vector<Row> rows_of(const Tensor& rows, std::int64_t n) {
    constexpr std::size_t score = 4;
    const auto width = static_cast<std::size_t>(rows.dim(2));
    const auto picture = rows.values<float>().subspan(static_cast<std::size_t>(n * rows.dim(1)) * width,
                                                      static_cast<std::size_t>(rows.dim(1)) * width);
    std::vector<Row> list;
    for (std::size_t at = 0; at < picture.size(); at += width)
        if (picture[at + score] != 0) list.push_back(picture.subspan(at, width));
    return list;
}

/// The largest difference of two rows as a share: pixels of `side`, other numbers of 1 or of themselves.
double distance(Row actual, Row expected, double side) {
    constexpr std::size_t score = 4, class_id = 5;
    if (actual[class_id] != expected[class_id]) return infinity;
    double largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double scale = i < score ? side : std::max(std::abs(static_cast<double>(expected[i])), 1.0);
        const double error = std::abs(static_cast<double>(actual[i]) - expected[i]) / scale;
        if (!std::isfinite(error)) return infinity;
        largest = std::max(largest, error);
    }
    return largest;
}

}  // namespace

Difference row_difference(const Tensor& actual, const Tensor& expected, int side) {
    constexpr double near = 0.02;
    constexpr std::size_t of_how_many = 50;
    if (actual.shape() != expected.shape()) return {infinity, infinity};
    Difference found;
    std::size_t count = 0, missing = 0;
    double sum = 0;
    for (std::int64_t n = 0; n < expected.dim(0); ++n) {
        std::vector<Row> left = rows_of(actual, n);
        for (const Row row : rows_of(expected, n)) {
            const auto nearest = std::min_element(left.begin(), left.end(), [&](Row a, Row b) {
                return distance(a, row, side) < distance(b, row, side);
            });
            ++count;
            const double error = nearest == left.end() ? infinity : distance(*nearest, row, side);
            if (error > near) {
                ++missing;
                continue;
            }
            found.largest = std::max(found.largest, error);
            sum += error;
            left.erase(nearest);
        }
        missing += left.size();  // what the network does not find
    }
    if (missing > std::max<std::size_t>(count / of_how_many, 1)) return {infinity, infinity};
    found.mean = sum / static_cast<double>(std::max<std::size_t>(count, 1));
    return found;
}

Difference map_difference(const Tensor& actual, const Tensor& expected) {
    if (actual.shape() != expected.shape()) return {infinity, infinity};
    return of_part(actual, expected, {0, expected.dim(1)});
}

Difference worse(const Difference& a, const Difference& b) {
    return {std::max(a.largest, b.largest), std::max(a.mean, b.mean)};
}

Difference difference(const std::vector<Tensor>& actual, const std::vector<Tensor>& expected,
                      const ModelInfo& info) {
    if (actual.size() != expected.size()) return {infinity, infinity};
    Difference worst;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (actual[i].shape() != expected[i].shape()) return {infinity, infinity};
        if (i > 0) {
            worst = worse(worst, map_difference(actual[i], expected[i]));
            continue;
        }
        for (const Part& part : parts_of(expected[i], info))
            worst = worse(worst, of_part(actual[i], expected[i], part));
    }
    return worst;
}

}  // namespace yolo::exports
