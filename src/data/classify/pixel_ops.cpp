// SPDX-License-Identifier: Apache-2.0
#include "data/classify/pixel_ops.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace yolo::data {

namespace {

constexpr int levels = 256;
using Table = std::array<uchar, levels>;

uchar limited(double value) {
    return static_cast<uchar>(std::clamp(static_cast<int>(value), 0, levels - 1));
}

template <class Function>
cv::Mat by_table(const cv::Mat& picture, const Function& value) {
    cv::Mat table(1, levels, CV_8U);
    for (int v = 0; v < levels; ++v) table.at<uchar>(v) = value(v);
    cv::Mat out;
    cv::LUT(picture, table, out);
    return out;
}

cv::Mat by_tables(const cv::Mat& picture, const std::array<Table, 3>& tables) {
    cv::Mat table(1, levels, CV_8UC3);
    for (int v = 0; v < levels; ++v) {
        for (int c = 0; c < 3; ++c)
            table.at<cv::Vec3b>(v)[c] = tables[static_cast<std::size_t>(c)][static_cast<std::size_t>(v)];
    }
    cv::Mat out;
    cv::LUT(picture, table, out);
    return out;
}

/// L = (19595 R + 38470 G + 7471 B + half) >> 16.
cv::Mat grey(const cv::Mat& picture) {
    constexpr int red = 19595, green = 38470, blue = 7471, bits = 16, half = 1 << (bits - 1);
    cv::Mat out(picture.size(), CV_8UC3);
    for (int y = 0; y < picture.rows; ++y) {
        const auto* from = picture.ptr<cv::Vec3b>(y);
        auto* to = out.ptr<cv::Vec3b>(y);
        for (int x = 0; x < picture.cols; ++x) {
            const auto l = static_cast<uchar>(
                (red * from[x][2] + green * from[x][1] + blue * from[x][0] + half) >> bits);
            to[x] = {l, l, l};
        }
    }
    return out;
}

/// 3 x 3, all ones but 5 in the middle, divided by 13; the border stays.
cv::Mat smooth(const cv::Mat& picture) {
    cv::Mat out = picture.clone();
    for (int y = 1; y + 1 < picture.rows; ++y) {
        for (int x = 1; x + 1 < picture.cols; ++x) {
            for (int c = 0; c < 3; ++c) {
                int sum = 4 * picture.at<cv::Vec3b>(y, x)[c];
                for (int dy = -1; dy <= 1; ++dy) {
                    for (int dx = -1; dx <= 1; ++dx) sum += picture.at<cv::Vec3b>(y + dy, x + dx)[c];
                }
                out.at<cv::Vec3b>(y, x)[c] = limited(sum / 13.0 + 0.5);
            }
        }
    }
    return out;
}

cv::Mat contrast_base(const cv::Mat& picture) {
    const cv::Mat l = grey(picture);
    const double mean = std::floor(cv::mean(l)[0] + 0.5);
    return {picture.size(), CV_8UC3, cv::Scalar::all(mean)};
}

std::array<std::array<int, levels>, 3> histograms(const cv::Mat& picture) {
    std::array<std::array<int, levels>, 3> counts = {};
    for (int y = 0; y < picture.rows; ++y) {
        const auto* row = picture.ptr<cv::Vec3b>(y);
        for (int x = 0; x < picture.cols; ++x) {
            for (int c = 0; c < 3; ++c) ++counts[static_cast<std::size_t>(c)][row[x][c]];
        }
    }
    return counts;
}

Table identity_table() {
    Table table;
    for (int v = 0; v < levels; ++v) table[static_cast<std::size_t>(v)] = static_cast<uchar>(v);
    return table;
}

Table autocontrast_table(const std::array<int, levels>& counts) {
    int low = 0, high = levels - 1;
    while (low < high && counts[static_cast<std::size_t>(low)] == 0) ++low;
    while (high > low && counts[static_cast<std::size_t>(high)] == 0) --high;
    Table table = identity_table();
    if (high <= low) return table;
    const double scale = 255.0 / (high - low), offset = -low * scale;
    for (int v = 0; v < levels; ++v) table[static_cast<std::size_t>(v)] = limited(v * scale + offset);
    return table;
}

Table equalize_table(const std::array<int, levels>& counts) {
    int used = 0, total = 0, last = 0;
    for (const int count : counts) {
        if (count == 0) continue;
        ++used;
        total += count;
        last = count;
    }
    Table table = identity_table();
    const int step = (total - last) / 255;
    if (used <= 1 || step == 0) return table;
    int n = step / 2;
    for (int v = 0; v < levels; ++v) {
        table[static_cast<std::size_t>(v)] = static_cast<uchar>(std::min(n / step, 255));
        n += counts[static_cast<std::size_t>(v)];
    }
    return table;
}

template <class Function>
cv::Mat by_histogram(const cv::Mat& picture, const Function& table_of) {
    const auto counts = histograms(picture);
    return by_tables(picture, {table_of(counts[0]), table_of(counts[1]), table_of(counts[2])});
}

cv::Mat rotate(const cv::Mat& picture, double degrees) {
    const double angle = degrees * std::numbers::pi / 180, cosine = std::cos(angle), sine = std::sin(angle);
    const double x = picture.cols / 2.0, y = picture.rows / 2.0;
    return affine(picture,
                  {cosine, -sine, x - cosine * x + sine * y, sine, cosine, y - sine * x - cosine * y});
}

}  // namespace

cv::Mat blend(const cv::Mat& base, const cv::Mat& picture, double factor) {
    const auto share = static_cast<float>(factor);
    cv::Mat out(picture.size(), CV_8UC3);
    for (int y = 0; y < picture.rows; ++y) {
        const uchar *d = base.ptr(y), *p = picture.ptr(y);
        uchar* to = out.ptr(y);
        for (int x = 0; x < picture.cols * 3; ++x) {
            const float change = share * static_cast<float>(p[x] - d[x]);
            to[x] = limited(static_cast<float>(d[x]) + change);
        }
    }
    return out;
}

cv::Mat affine(const cv::Mat& picture, const std::array<double, 6>& m) {
    cv::Mat out(picture.size(), CV_8UC3, cv::Scalar::all(0));
    const int width = picture.cols, height = picture.rows;
    const auto row_of = [&](int y) { return picture.ptr<cv::Vec3b>(std::clamp(y, 0, height - 1)); };
    for (int y = 0; y < height; ++y) {
        auto* to = out.ptr<cv::Vec3b>(y);
        for (int x = 0; x < width; ++x) {
            const double u = m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2];
            const double v = m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5];
            if (u < 0 || v < 0 || u >= width || v >= height) continue;
            const double left = std::floor(u - 0.5), top = std::floor(v - 0.5);
            const double s = u - 0.5 - left, t = v - 0.5 - top;
            const int x0 = std::clamp(static_cast<int>(left), 0, width - 1);
            const int x1 = std::clamp(static_cast<int>(left) + 1, 0, width - 1);
            const auto *upper = row_of(static_cast<int>(top)), *lower = row_of(static_cast<int>(top) + 1);
            for (int c = 0; c < 3; ++c) {
                const double above = upper[x0][c] + s * (upper[x1][c] - upper[x0][c]);
                const double below = lower[x0][c] + s * (lower[x1][c] - lower[x0][c]);
                to[x][c] = limited(above + t * (below - above));
            }
        }
    }
    return out;
}

cv::Mat turn_hue(const cv::Mat& picture, double turns) {
    cv::Mat hsv, out;
    cv::cvtColor(picture, hsv, cv::COLOR_BGR2HSV_FULL);
    const auto shift = static_cast<uchar>(static_cast<int>(turns * 255) & 255);
    for (int y = 0; y < hsv.rows; ++y) {
        auto* row = hsv.ptr<cv::Vec3b>(y);
        for (int x = 0; x < hsv.cols; ++x) row[x][0] = static_cast<uchar>(row[x][0] + shift);
    }
    cv::cvtColor(hsv, out, cv::COLOR_HSV2BGR_FULL);
    return out;
}

cv::Mat apply(PixelOp op, const cv::Mat& picture, double m) {
    switch (op) {
        case PixelOp::identity:
            return picture;
        case PixelOp::shear_x:
            return affine(picture, {1, m, 0, 0, 1, 0});
        case PixelOp::shear_y:
            return affine(picture, {1, 0, 0, m, 1, 0});
        case PixelOp::translate_x:
            return affine(picture, {1, 0, -std::trunc(m), 0, 1, 0});
        case PixelOp::translate_y:
            return affine(picture, {1, 0, 0, 0, 1, -std::trunc(m)});
        case PixelOp::rotate:
            return rotate(picture, m);
        case PixelOp::brightness:
            return blend(cv::Mat(picture.size(), CV_8UC3, cv::Scalar::all(0)), picture, 1 + m);
        case PixelOp::color:
            return blend(grey(picture), picture, 1 + m);
        case PixelOp::contrast:
            return blend(contrast_base(picture), picture, 1 + m);
        case PixelOp::sharpness:
            return blend(smooth(picture), picture, 1 + m);
        case PixelOp::posterize: {
            const int mask = levels - (levels >> std::clamp(static_cast<int>(m), 0, 8));
            return by_table(picture, [mask](int v) { return static_cast<uchar>(v & mask); });
        }
        case PixelOp::solarize:
            return by_table(picture, [m](int v) { return static_cast<uchar>(v < m ? v : 255 - v); });
        case PixelOp::autocontrast:
            return by_histogram(picture, autocontrast_table);
        case PixelOp::equalize:
            return by_histogram(picture, equalize_table);
        case PixelOp::invert:
            return by_table(picture, [](int v) { return static_cast<uchar>(255 - v); });
    }
    return picture;
}

}  // namespace yolo::data
