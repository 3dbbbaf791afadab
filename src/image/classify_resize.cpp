// SPDX-License-Identifier: Apache-2.0
#include "image/classify_resize.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "image/channels.hpp"

namespace yolo::image {

namespace {

constexpr int precision_bits =
    22;  // 8-bit values times weights of at most 1 fit into 32 bits, two bits to spare
constexpr int half = 1 << (precision_bits - 1);

/// For each output pixel the input pixels it is made of.
struct Filter {
    struct Window {
        int first;
        int count;
        std::size_t weights;  ///< index of the first one
    };
    std::vector<Window> windows;
    std::vector<int> weights;

    /// Input pixels that are asked for.
    cv::Range inputs() const { return {windows.front().first, windows.back().first + windows.back().count}; }
    /// For an input of which only inputs() are there.
    void start_at_inputs() {
        const int start = inputs().start;
        for (Window& window : windows) window.first -= start;
    }
};

/// Of the outputs in `wanted` only.
Filter triangle_filter(int in_size, int out_size, cv::Range wanted) {
    const double scale = static_cast<double>(in_size) / out_size;
    const double support = std::max(scale, 1.0);
    Filter filter;
    std::vector<double> row;
    for (int i = wanted.start; i < wanted.end; ++i) {
        const double centre = (i + 0.5) * scale;
        const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
        const int last = std::min(static_cast<int>(centre + support + 0.5), in_size);
        row.clear();
        double sum = 0;
        for (int x = first; x < last; ++x) {
            row.push_back(std::max(1 - std::abs((x - centre + 0.5) / support), 0.0));
            sum += row.back();
        }
        filter.windows.push_back({first, last - first, filter.weights.size()});
        for (const double weight : row) {
            filter.weights.push_back(static_cast<int>(weight / sum * (1 << precision_bits) + 0.5));
        }
    }
    return filter;
}

std::uint8_t to_byte(int sum) {
    return static_cast<std::uint8_t>(std::clamp(sum >> precision_bits, 0, 255));
}

cv::Mat across(const cv::Mat& picture, const Filter& filter) {
    cv::Mat out(picture.rows, static_cast<int>(filter.windows.size()), CV_8UC3);
    for (int y = 0; y < picture.rows; ++y) {
        const auto* in = picture.ptr<std::uint8_t>(y);
        auto* to = out.ptr<std::uint8_t>(y);
        for (const Filter::Window& window : filter.windows) {
            int sums[3] = {half, half, half};
            const std::uint8_t* pixel = in + std::ptrdiff_t{window.first} * 3;
            for (int k = 0; k < window.count; ++k, pixel += 3) {
                const int weight = filter.weights[window.weights + static_cast<std::size_t>(k)];
                for (int channel = 0; channel < 3; ++channel) sums[channel] += pixel[channel] * weight;
            }
            for (const int sum : sums) *to++ = to_byte(sum);
        }
    }
    return out;
}

cv::Mat down(const cv::Mat& picture, const Filter& filter) {
    const std::size_t row_values = static_cast<std::size_t>(picture.cols) * 3;
    cv::Mat out(static_cast<int>(filter.windows.size()), picture.cols, CV_8UC3);
    std::vector<int> sums(row_values);
    for (int y = 0; y < out.rows; ++y) {
        const Filter::Window& window = filter.windows[static_cast<std::size_t>(y)];
        std::fill(sums.begin(), sums.end(), half);
        for (int k = 0; k < window.count; ++k) {
            const int weight = filter.weights[window.weights + static_cast<std::size_t>(k)];
            const auto* in = picture.ptr<std::uint8_t>(window.first + k);
            for (std::size_t x = 0; x < row_values; ++x) sums[x] += in[x] * weight;
        }
        std::transform(sums.begin(), sums.end(), out.ptr<std::uint8_t>(y), to_byte);
    }
    return out;
}

/// A part of the picture resized to `size`. Where a size stays, its filter passes every pixel on unchanged.
cv::Mat resize_part(const cv::Mat& picture, Size size, const cv::Rect& part) {
    if (picture.type() != CV_8UC3 || picture.empty()) {
        throw Error("only an 8-bit picture of 3 channels can be resized");
    }
    Filter columns = triangle_filter(picture.cols, size.width, {part.x, part.br().x});
    Filter rows = triangle_filter(picture.rows, size.height, {part.y, part.br().y});
    const cv::Mat inputs = picture(rows.inputs(), columns.inputs());
    columns.start_at_inputs();
    rows.start_at_inputs();
    const int lost_rows = picture.rows - size.height, lost_columns = picture.cols - size.width;
    const bool down_first = lost_rows > 0 && lost_rows > 2 * lost_columns;
    return down_first ? across(down(inputs, rows), columns) : down(across(inputs, columns), rows);
}

}  // namespace

cv::Mat resize_antialiased(const cv::Mat& picture, Size size) {
    return resize_part(picture, size, {0, 0, size.width, size.height});
}

void classify_resize(const cv::Mat& picture, cv::Mat& out) {
    const Size size{out.rows, out.cols};
    if (size.height != size.width) {
        with_channels(resize_antialiased(picture, size), out.channels()).copyTo(out);
        return;
    }
    const int side = size.height;
    const auto long_side = [&](int length, int shorter) {
        return static_cast<int>(std::min(static_cast<double>(side) * length / shorter, 1e9));
    };
    const Size resized = picture.cols <= picture.rows ? Size{long_side(picture.rows, picture.cols), side}
                                                      : Size{side, long_side(picture.cols, picture.rows)};
    const int top = static_cast<int>(std::nearbyint((resized.height - side) / 2.0));
    const int left = static_cast<int>(std::nearbyint((resized.width - side) / 2.0));
    with_channels(resize_part(picture, resized, {left, top, side, side}), out.channels()).copyTo(out);
}

}  // namespace yolo::image
