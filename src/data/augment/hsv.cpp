// SPDX-License-Identifier: Apache-2.0
#include "data/augment/hsv.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace yolo::data {

namespace {

/// The three tables as one three-channel table.
cv::Mat hsv_tables(const HsvGains& gains) {
    cv::Mat tables(1, 256, CV_8UC3);
    for (int x = 0; x < 256; ++x) {
        double hue = std::fmod(x + 180 * gains[0], 180);
        if (hue < 0) hue += 180;
        const auto scaled = [&](double gain) {
            return static_cast<std::uint8_t>(std::clamp(x * (1 + gain), 0.0, 255.0));
        };
        tables.at<cv::Vec3b>(x) = {static_cast<std::uint8_t>(hue),
                                   x == 0 ? std::uint8_t{0} : scaled(gains[1]), scaled(gains[2])};
    }
    return tables;
}

}  // namespace

HsvGains draw_hsv(const Augmentation& augmentation, Random random) {
    HsvGains gains = {augmentation.hsv_h, augmentation.hsv_s, augmentation.hsv_v};
    for (double& gain : gains) gain *= random.uniform(-1, 1);
    return gains;
}

void shift_hsv(cv::Mat& picture, const HsvGains& gains) {
    constexpr int strip_rows = 32;  // so that a strip stays in the cache between the steps
    const cv::Mat tables = hsv_tables(gains);
    cv::Mat hsv;
    for (int y = 0; y < picture.rows; y += strip_rows) {
        cv::Mat strip = picture.rowRange(y, std::min(y + strip_rows, picture.rows));
        cv::cvtColor(strip, hsv, cv::COLOR_BGR2HSV);
        cv::LUT(hsv, tables, hsv);
        cv::cvtColor(hsv, strip, cv::COLOR_HSV2BGR);
    }
}

}  // namespace yolo::data
