// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/json.hpp"

namespace yolo::metrics {

/// Share of the pictures whose class is the most probable one, or among the five most probable ones.
class ClassificationMetrics {
  public:
    /// Returns the most probable class; of equal ones the lower index.
    int add(std::span<const float> probabilities, int target);

    double top1() const;
    double top5() const;
    double fitness() const { return (top1() + top5()) / 2; }
    /// metrics/accuracy_top1, metrics/accuracy_top5, fitness.
    std::vector<std::pair<std::string, double>> results() const;
    Json summary() const;

  private:
    std::size_t pictures_ = 0, best_ = 0, among_five_ = 0;
};

}  // namespace yolo::metrics
