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

}  // namespace

int ClassificationMetrics::add(std::span<const float> probabilities, int target) {
    const float own = probabilities[static_cast<std::size_t>(target)];
    std::size_t before = 0;  // classes that rank above the target
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        const bool earlier = i < static_cast<std::size_t>(target);
        if (probabilities[i] > own || (probabilities[i] == own && earlier)) ++before;
    }
    ++pictures_;
    best_ += before == 0 ? 1 : 0;
    among_five_ += before < few ? 1 : 0;
    return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                            probabilities.begin());
}

double ClassificationMetrics::top1() const {
    return share(best_, pictures_);
}
double ClassificationMetrics::top5() const {
    return share(among_five_, pictures_);
}

std::vector<std::pair<std::string, double>> ClassificationMetrics::results() const {
    return {{"metrics/accuracy_top1", top1()}, {"metrics/accuracy_top5", top5()}, {"fitness", fitness()}};
}

Json ClassificationMetrics::summary() const {
    return Json::array({{{"top1_acc", summary_number(top1())}, {"top5_acc", summary_number(top5())}}});
}

}  // namespace yolo::metrics
