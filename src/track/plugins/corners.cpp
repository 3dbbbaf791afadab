// SPDX-License-Identifier: Apache-2.0
#include "track/plugins/corners.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/simd.hpp"

namespace yolo::track {

namespace {

/// Products of the gradients of one row, summed over three neighbours: xx, xy, yy.
using RowSums = std::array<std::vector<std::int32_t>, 3>;

/// Sobel gradients of a row from it and the rows above and below; each has one more pixel on both sides.
YOLO_MULTIVERSION void gradients(const std::uint8_t* above, const std::uint8_t* row,
                                 const std::uint8_t* below, int width, std::int32_t* xx, std::int32_t* xy,
                                 std::int32_t* yy) {
    for (int x = 0; x < width; ++x) {
        const int dx = (above[x + 2] - above[x]) + 2 * (row[x + 2] - row[x]) + (below[x + 2] - below[x]);
        const int dy =
            (below[x] - above[x]) + 2 * (below[x + 1] - above[x + 1]) + (below[x + 2] - above[x + 2]);
        xx[x] = dx * dx;
        xy[x] = dx * dy;
        yy[x] = dy * dy;
    }
}

/// `in` has one more value on both sides.
YOLO_MULTIVERSION void sum_of_three(const std::int32_t* in, int width, std::int32_t* out) {
    for (int x = 0; x < width; ++x) out[x] = in[x] + in[x + 1] + in[x + 2];
}

/// Twice the smaller eigenvalue from the sums of three rows; gives the highest.
YOLO_MULTIVERSION float eigenvalues(const std::array<const std::int32_t*, 9>& sums, int width, float* out) {
    const std::int32_t *xx0 = sums[0], *xy0 = sums[1], *yy0 = sums[2], *xx1 = sums[3], *xy1 = sums[4],
                       *yy1 = sums[5], *xx2 = sums[6], *xy2 = sums[7], *yy2 = sums[8];
    for (int x = 0; x < width; ++x) {
        const auto a = static_cast<float>(xx0[x] + xx1[x] + xx2[x]);
        const auto b = 2 * static_cast<float>(xy0[x] + xy1[x] + xy2[x]);
        const auto c = static_cast<float>(yy0[x] + yy1[x] + yy2[x]);
        out[x] = (a + c) - std::sqrt((a - c) * (a - c) + b * b);
    }
    float highest = 0;
    for (int x = 0; x < width; ++x) highest = out[x] > highest ? out[x] : highest;
    return highest;
}

/// 1 where the value is above the threshold and no neighbour is higher.
YOLO_MULTIVERSION void mark_maxima(const float* above, const float* row, const float* below, int width,
                                   float threshold, std::uint8_t* marks) {
    for (int x = 1; x < width - 1; ++x) {
        const float v = row[x];
        bool highest = v > threshold;
        highest &= v >= above[x - 1];
        highest &= v >= above[x];
        highest &= v >= above[x + 1];
        highest &= v >= row[x - 1];
        highest &= v >= row[x + 1];
        highest &= v >= below[x - 1];
        highest &= v >= below[x];
        highest &= v >= below[x + 1];
        marks[x] = highest ? 1 : 0;
    }
}

/// A row with its neighbours mirrored at both ends, as OpenCV does it (reflect 101).
void pad_row(const std::uint8_t* row, int width, std::vector<std::uint8_t>& padded) {
    std::copy_n(row, width, padded.begin() + 1);
    padded.front() = row[1];
    padded.back() = row[width - 2];
}

int mirrored(int y, int height) {
    return y < 0 ? -y : y >= height ? 2 * height - 2 - y : y;
}

class CornerFinder {
  public:
    explicit CornerFinder(const cv::Mat& gray) : gray_(gray), values_(gray.rows, gray.cols, CV_32F) {
        const auto width = static_cast<std::size_t>(gray.cols);
        for (auto& row : rows_) row.resize(width + 2);
        for (auto& products : products_) products.resize(width + 2);
        for (RowSums& sums : sums_) {
            for (auto& values : sums) values.resize(width);
        }
    }

    /// The eigenvalue of every pixel; gives the highest one.
    float measure() {
        float highest = 0;
        for (int y = -1; y <= gray_.rows; ++y) {
            const int row = mirrored(y, gray_.rows);
            add_row(row, sums_[static_cast<std::size_t>(y + 3) % 3]);
            if (y < 1) continue;
            std::array<const std::int32_t*, 9> sums{};
            for (std::size_t k = 0; k < 9; ++k) sums[k] = sums_[k / 3][k % 3].data();
            highest = std::max(highest, eigenvalues(sums, gray_.cols, values_.ptr<float>(y - 1)));
        }
        return highest;
    }

    std::vector<std::pair<float, cv::Point2f>> maxima(float threshold) const {
        std::vector<std::pair<float, cv::Point2f>> found;
        std::vector<std::uint8_t> marks(static_cast<std::size_t>(gray_.cols));
        for (int y = 1; y < gray_.rows - 1; ++y) {
            const float* row = values_.ptr<float>(y);
            mark_maxima(values_.ptr<float>(y - 1), row, values_.ptr<float>(y + 1), gray_.cols, threshold,
                        marks.data());
            for (auto mark = std::ranges::find(marks, 1); mark != marks.end();
                 mark = std::find(mark + 1, marks.end(), 1)) {
                const auto x = mark - marks.begin();
                found.emplace_back(row[x], cv::Point2f(static_cast<float>(x), static_cast<float>(y)));
            }
        }
        return found;
    }

  private:
    void add_row(int y, RowSums& sums) {
        const int width = gray_.cols;
        for (int k = 0; k < 3; ++k)
            pad_row(gray_.ptr(mirrored(y + k - 1, gray_.rows)), width, rows_[static_cast<std::size_t>(k)]);
        gradients(rows_[0].data(), rows_[1].data(), rows_[2].data(), width, products_[0].data() + 1,
                  products_[1].data() + 1, products_[2].data() + 1);
        for (std::size_t k = 0; k < 3; ++k) {
            auto& products = products_[k];
            products.front() = products[2];
            products.back() = products[products.size() - 3];
            sum_of_three(products.data(), width, sums[k].data());
        }
    }

    const cv::Mat& gray_;
    cv::Mat values_;
    std::array<std::vector<std::uint8_t>, 3> rows_;
    std::array<std::vector<std::int32_t>, 3> products_;
    std::array<RowSums, 3> sums_;  // of three rows in turn
};

}  // namespace

std::vector<cv::Point2f> find_corners(const cv::Mat& gray, double quality, std::size_t most) {
    if (gray.cols < 3 || gray.rows < 3) return {};
    CornerFinder finder(gray);
    const float highest = finder.measure();
    auto found = finder.maxima(static_cast<float>(quality) * highest);
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
