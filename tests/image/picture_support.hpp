// SPDX-License-Identifier: Apache-2.0
/// \file Pictures of goldens and random ones.
#pragma once

#include <cmath>
#include <random>

#include <opencv2/core.hpp>

#include <yolo/image.hpp>

#include "support/safetensors.hpp"

namespace yolo::test {

/// A (h, w, 3) uint8 tensor as a picture.
inline cv::Mat picture(const StoredTensor& stored) {
    const auto height = static_cast<int>(stored.shape.at(0)), width = static_cast<int>(stored.shape.at(1));
    cv::Mat view(height, width, CV_8UC3, const_cast<std::byte*>(stored.bytes.data()));
    return view.clone();
}

inline cv::Mat random_picture(int height, int width, std::mt19937& random) {
    cv::Mat picture(height, width, CV_8UC3);
    std::uniform_int_distribution<int> grey(0, 255);
    for (auto& pixel : cv::Mat_<cv::Vec3b>(picture)) {
        for (int channel = 0; channel < 3; ++channel)
            pixel[channel] = static_cast<std::uint8_t>(grey(random));
    }
    return picture;
}

/// The largest difference of grey levels.
inline double largest_difference(const cv::Mat& a, const cv::Mat& b) {
    return cv::norm(a, b, cv::NORM_INF);
}

/// [h, w] of a golden.
template <class Json>
Size size_of_json(const Json& pair) {
    return {pair.at(0).template get<int>(), pair.at(1).template get<int>()};
}

}  // namespace yolo::test
