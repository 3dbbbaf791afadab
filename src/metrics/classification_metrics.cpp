// SPDX-License-Identifier: Apache-2.0
#include "metrics/classification_metrics.hpp"

#include <algorithm>

#include "metrics/summary_number.hpp"

namespace yolo::metrics {

namespace {

constexpr std::size_t few = 5;

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// How many classes are more probable, or as probable and before it.
std::size_t rank(std::span<const float> probabilities, std::size_t target) {
    std::size_t before = 0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        if (probabilities[i] > probabilities[target] ||
            (probabilities[i] == probabilities[target] && i < target))
            ++before;
    }
    return before;
}

}  // namespace

int ClassificationMetrics::add(std::span<const float> probabilities, int target) {
    const auto id = static_cast<std::size_t>(target);
    const std::size_t before = id < probabilities.size() ? rank(probabilities, id) : few;
    if (classes_.size() <= id) classes_.resize(id + 1);
    for (ClassAccuracy* counted : {&all_, &classes_[id]}) {
        ++counted->pictures;
        counted->best += before == 0 ? 1 : 0;
        counted->among_five += before < few ? 1 : 0;
    }
    return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                            probabilities.begin());
}

double ClassAccuracy::top1() const {
    return share(best, pictures);
}
double ClassAccuracy::top5() const {
    return share(among_five, pictures);
}

std::vector<std::pair<std::string, double>> ClassificationMetrics::results() const {
    return {{"metrics/accuracy_top1", top1()}, {"metrics/accuracy_top5", top5()}, {"fitness", fitness()}};
}

Json ClassificationMetrics::summary() const {
    return Json::array({{{"top1_acc", summary_number(top1())}, {"top5_acc", summary_number(top5())}}});
}

}  // namespace yolo::metrics
