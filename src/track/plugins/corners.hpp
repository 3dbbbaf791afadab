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
    /// xx, xy, yy: products of the gradients of one row, summed over three neighbours. Whole numbers below
    /// 2^24, which floats hold exactly.
    using RowSums = std::array<std::vector<float>, 3>;

    using Corner = std::pair<float, cv::Point2f>;  ///< with its value

    void resize(std::size_t width);
    void add_row(const cv::Mat& gray, int y, RowSums& sums);
    std::vector<Corner> candidates(const cv::Mat& gray, float quality);
    void add_maxima(int y, float threshold, std::vector<Corner>& found);
    std::vector<float>& values_of(int y) { return values_[static_cast<std::size_t>(y) % 3]; }

    std::array<std::vector<float>, 3> values_;       ///< twice the eigenvalue, of three rows in turn
    std::array<std::vector<std::int16_t>, 2> rows_;  ///< sums and differences of three rows
    std::array<std::vector<float>, 3> products_;
    std::array<RowSums, 3> sums_;  ///< of three rows in turn
    std::vector<std::uint8_t> marks_;
};

}  // namespace yolo::track
