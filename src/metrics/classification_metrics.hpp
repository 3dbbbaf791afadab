// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/json.hpp"

namespace yolo::metrics {

/// The pictures of one class: all, and those whose class was the most probable one, or among the five.
struct ClassAccuracy {
    std::size_t pictures = 0, best = 0, among_five = 0;

    double top1() const;
    double top5() const;
};

/// Share of the pictures whose class is the most probable one, or among the five most probable ones.
class ClassificationMetrics {
  public:
    /// Returns the most probable class; of equal ones the lower index. A target without probability is one
    /// that the model does not know: it is never found.
    int add(std::span<const float> probabilities, int target);

    double top1() const { return all_.top1(); }
    double top5() const { return all_.top5(); }
    double fitness() const { return (top1() + top5()) / 2; }
    /// metrics/accuracy_top1, metrics/accuracy_top5, fitness.
    std::vector<std::pair<std::string, double>> results() const;
    Json summary() const;

    const std::vector<ClassAccuracy>& classes() const { return classes_; }  ///< up to the highest target

  private:
    ClassAccuracy all_;
    std::vector<ClassAccuracy> classes_;
};

}  // namespace yolo::metrics
