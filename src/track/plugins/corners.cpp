// SPDX-License-Identifier: Apache-2.0
#include "track/plugins/corners.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "core/simd.hpp"

namespace yolo::track {

namespace {

/// Sobel's gradients of a row are differences and sums of what three rows are together.
YOLO_MULTIVERSION void add_rows(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                                int width, std::int16_t* __restrict smooth, std::int16_t* __restrict down) {
    for (int x = 0; x < width; ++x) {
        smooth[x] = static_cast<std::int16_t>(above[x] + 2 * row[x] + below[x]);
        down[x] = static_cast<std::int16_t>(below[x] - above[x]);
    }
}

/// `smooth` and `down` have one more value on both sides.
YOLO_MULTIVERSION void gradients(const std::int16_t* smooth, const std::int16_t* down, int width,
                                 float* __restrict dx, float* __restrict dy) {
    for (int x = 0; x < width; ++x) {
        dx[x] = static_cast<float>(static_cast<std::int16_t>(smooth[x + 2] - smooth[x]));
        dy[x] = static_cast<float>(static_cast<std::int16_t>(
            static_cast<std::int16_t>(down[x] + down[x + 2]) + static_cast<std::int16_t>(2 * down[x + 1])));
    }
}

/// Three rows of something.
using ThreeRows = std::array<const float*, 3>;

/// Products of the gradients, summed over three rows.
YOLO_MULTIVERSION void sum_products(const ThreeRows& dx, const ThreeRows& dy, int width, float* __restrict xx,
                                    float* __restrict xy, float* __restrict yy) {
    const float *dx0 = dx[0], *dx1 = dx[1], *dx2 = dx[2], *dy0 = dy[0], *dy1 = dy[1], *dy2 = dy[2];
    for (int x = 0; x < width; ++x) {
        xx[x] = dx0[x] * dx0[x] + dx1[x] * dx1[x] + dx2[x] * dx2[x];
        xy[x] = dx0[x] * dy0[x] + dx1[x] * dy1[x] + dx2[x] * dy2[x];
        yy[x] = dy0[x] * dy0[x] + dy1[x] * dy1[x] + dy2[x] * dy2[x];
    }
}

/// Twice the smaller eigenvalue from the sums of three rows, which have one more value on both sides; gives
/// the highest, or `highest`.
YOLO_MULTIVERSION float eigenvalues(const float* xx, const float* xy, const float* yy, int width,
                                    float* __restrict out, float highest) {
    for (int x = 0; x < width; ++x) {
        const float a = xx[x] + xx[x + 1] + xx[x + 2];
        const float b = 2 * (xy[x] + xy[x + 1] + xy[x + 2]);
        const float c = yy[x] + yy[x + 1] + yy[x + 2];
        out[x] = (a + c) - std::sqrt((a - c) * (a - c) + b * b);
    }
    // Of floats that are not negative the bits have their order; only whole numbers are compared in vectors.
    auto bits = std::bit_cast<std::int32_t>(highest);
    for (int x = 0; x < width; ++x) bits = std::max(bits, std::bit_cast<std::int32_t>(out[x]));
    return std::bit_cast<float>(bits);
}

YOLO_INLINE float higher(float a, float b) {
    return a < b ? b : a;
}

/// 1 where the value is above the threshold and no neighbour is higher. `columns`: memory for a row.
YOLO_MULTIVERSION void mark_maxima(const float* above, const float* row, const float* below, int width,
                                   float threshold, float* __restrict columns,
                                   std::uint8_t* __restrict marks) {
    for (int x = 0; x < width; ++x) columns[x] = higher(higher(above[x], below[x]), row[x]);
    for (int x = 1; x < width - 1; ++x) {
        const float highest = higher(higher(columns[x - 1], columns[x + 1]), columns[x]);
        marks[x] = static_cast<std::uint8_t>(row[x] > threshold && row[x] >= highest);
    }
}

/// The first and last value of a row are those of its neighbours mirrored there, as OpenCV does it (reflect
/// 101).
template <class T>
void mirror_ends(std::vector<T>& row) {
    row.front() = row[2];
    row.back() = row[row.size() - 3];
}

int mirrored(int y, int height) {
    return y < 0 ? -y : y >= height ? 2 * height - 2 - y : y;
}

}  // namespace

void CornerFinder::resize(std::size_t width) {
    for (auto& row : rows_) row.resize(width + 2);
    for (auto* rows : {&dx_, &dy_}) {
        for (auto& row : *rows) row.resize(width);
    }
    for (auto& products : products_) products.resize(width + 2);
    for (auto& row : values_) row.resize(width);
    columns_.resize(width);
    marks_.assign(width, 0);
}

void CornerFinder::add_row(const cv::Mat& gray, int y) {
    auto& [smooth, down] = rows_;
    const auto place = static_cast<std::size_t>(y + 3) % 3;
    const int row = mirrored(y, gray.rows);
    add_rows(gray.ptr(mirrored(row - 1, gray.rows)), gray.ptr(row), gray.ptr(mirrored(row + 1, gray.rows)),
             gray.cols, smooth.data() + 1, down.data() + 1);
    for (auto& sums : rows_) mirror_ends(sums);
    gradients(smooth.data(), down.data(), gray.cols, dx_[place].data(), dy_[place].data());
}

float CornerFinder::measure(int y, float highest) {
    const auto rows_of = [](const auto& rows) {
        return ThreeRows{rows[0].data(), rows[1].data(), rows[2].data()};
    };
    auto& [xx, xy, yy] = products_;
    std::vector<float>& values = values_of(y);
    const auto width = static_cast<int>(values.size());
    sum_products(rows_of(dx_), rows_of(dy_), width, xx.data() + 1, xy.data() + 1, yy.data() + 1);
    for (auto& sums : products_) mirror_ends(sums);
    return eigenvalues(xx.data(), xy.data(), yy.data(), width, values.data(), highest);
}

void CornerFinder::add_maxima(int y, float threshold, std::vector<Corner>& found) {
    const std::vector<float>& row = values_of(y);
    mark_maxima(values_of(y - 1).data(), row.data(), values_of(y + 1).data(), static_cast<int>(row.size()),
                threshold, columns_.data(), marks_.data());
    const std::uint8_t *begin = marks_.data(), *end = begin + marks_.size();
    const auto next = [&](const std::uint8_t* from) {
        return static_cast<const std::uint8_t*>(std::memchr(from, 1, static_cast<std::size_t>(end - from)));
    };
    for (const std::uint8_t* mark = next(begin); mark != nullptr; mark = next(mark + 1)) {
        const auto x = mark - begin;
        found.emplace_back(row[static_cast<std::size_t>(x)],
                           cv::Point2f(static_cast<float>(x), static_cast<float>(y)));
    }
}

std::vector<CornerFinder::Corner> CornerFinder::candidates(const cv::Mat& gray, float quality) {
    resize(static_cast<std::size_t>(gray.cols));
    std::vector<Corner> found;
    float highest = 0;  // so far: what it rules out the highest of all does too
    for (int y = -1; y <= gray.rows; ++y) {
        add_row(gray, y);
        if (y < 1) continue;
        highest = measure(y - 1, highest);
        if (y > 2) add_maxima(y - 2, quality * highest, found);
    }
    std::erase_if(found, [&](const Corner& corner) { return corner.first <= quality * highest; });
    return found;
}

std::vector<cv::Point2f> CornerFinder::find(const cv::Mat& gray, double quality, std::size_t most) {
    if (gray.cols < 3 || gray.rows < 3) return {};
    auto found = candidates(gray, static_cast<float>(quality));
    const auto stronger = [](const auto& a, const auto& b) { return a.first > b.first; };
    if (found.size() > most) {
        std::ranges::nth_element(found, found.begin() + static_cast<std::ptrdiff_t>(most), stronger);
        found.resize(most);
    }
    std::ranges::sort(found, stronger);
    std::vector<cv::Point2f> corners;
    corners.reserve(found.size());
    for (const auto& each : found) corners.push_back(each.second);
    return corners;
}

}  // namespace yolo::track
