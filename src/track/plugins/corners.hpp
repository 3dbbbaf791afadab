// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>

namespace yolo::track {

/// The strongest corners of a grey picture, strongest first: local maxima of the smaller eigenvalue of the
/// gradients' covariance over 3 x 3 pixels (Shi and Tomasi 1994), of at least `quality` times the highest
/// one. What cv::goodFeaturesToTrack gives with distance 0 and block 3, several times as fast.
class CornerFinder {
  public:
    /// Memory of the last picture is used again.
    std::vector<cv::Point2f> find(const cv::Mat& gray, double quality, std::size_t most);

  private:
    using Corner = std::pair<float, cv::Point2f>;  ///< with its value

    void resize(std::size_t width);
    void add_row(const cv::Mat& gray, int y);
    float measure(int y, float highest);
    std::vector<Corner> candidates(const cv::Mat& gray, float quality);
    void add_maxima(int y, float threshold, std::vector<Corner>& found);
    std::vector<float>& values_of(int y) { return values_[static_cast<std::size_t>(y) % 3]; }

    std::array<std::vector<std::int16_t>, 2> rows_;  ///< sums and differences of three rows
    // Whole numbers below 2^24, which floats hold exactly. Of three rows in turn:
    std::array<std::vector<float>, 3> dx_, dy_;
    std::array<std::vector<float>, 3> values_;    ///< twice the eigenvalue
    std::array<std::vector<float>, 3> products_;  ///< xx, xy, yy
    std::vector<float> columns_;                  ///< highest values of three rows
    std::vector<std::uint8_t> marks_;
};

}  // namespace yolo::track
