// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metrics/overlap_matrix.hpp"

namespace yolo::metrics {

/// Counts of (predicted, true) classes. With background: the last class stands for "nothing there".
class ConfusionMatrix {
  public:
    enum class Background { none, last };
    ConfusionMatrix(int classes, Background background);

    int size() const { return size_; }  ///< classes, and one for the background
    bool has_background() const { return background_ == Background::last; }
    std::int64_t at(int predicted, int truth) const { return counts_[index(predicted, truth)]; }

    /// classify: one picture.
    void add(int predicted, int truth) { ++counts_[index(predicted, truth)]; }

    /// One picture's objects and predictions; the classes have no say in what belongs together. Predictions
    /// above `confidence`, by descending score, take the remaining object that they overlap most, if by more
    /// than .45.
    void add_picture(const OverlapMatrix& overlaps, std::span<const int> object_classes,
                     std::span<const int> predicted_classes, std::span<const float> scores,
                     double confidence);

    /// (size, size), each column divided by its sum.
    std::vector<double> normalized() const;
    /// The names with blanks replaced by '_', then "background".
    std::vector<std::string> labels(std::span<const std::string> names) const;

  private:
    std::size_t index(int predicted, int truth) const {
        return static_cast<std::size_t>(predicted) * static_cast<std::size_t>(size_) +
               static_cast<std::size_t>(truth);
    }

    Background background_;
    int size_;
    std::vector<std::int64_t> counts_;  ///< (size, size), row = predicted
};

}  // namespace yolo::metrics
