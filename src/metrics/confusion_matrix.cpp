// SPDX-License-Identifier: Apache-2.0
#include "metrics/confusion_matrix.hpp"

#include <algorithm>
#include <numeric>

namespace yolo::metrics {

namespace {

constexpr float matched_above = 0.45f;
constexpr double share_eps = 1e-9;
constexpr std::size_t nothing = static_cast<std::size_t>(-1);

/// The object not yet taken that the prediction overlaps most, if by more than .45.
std::size_t best_object(const OverlapMatrix& overlaps, std::size_t prediction,
                        const std::vector<bool>& taken) {
    std::size_t best = nothing;
    float most = matched_above;
    for (std::size_t i = 0; i < overlaps.objects; ++i) {
        if (taken[i] || overlaps.at(i, prediction) <= most) continue;
        most = overlaps.at(i, prediction);
        best = i;
    }
    return best;
}

}  // namespace

ConfusionMatrix::ConfusionMatrix(int classes, Background background)
    : background_(background),
      size_(classes + (background == Background::last ? 1 : 0)),
      counts_(static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_)) {}

void ConfusionMatrix::add_picture(const OverlapMatrix& overlaps, std::span<const int> object_classes,
                                  std::span<const int> predicted_classes, std::span<const float> scores,
                                  double confidence) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t i) { return static_cast<double>(scores[i]) <= confidence; });
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    std::vector<bool> taken(object_classes.size());
    const int background = size_ - 1;
    for (const std::size_t prediction : order) {
        const std::size_t object = best_object(overlaps, prediction, taken);
        const bool matched = object != nothing;
        if (matched) taken[object] = true;
        add(predicted_classes[prediction], matched ? object_classes[object] : background);
    }
    for (std::size_t i = 0; i < object_classes.size(); ++i) {
        if (!taken[i]) add(background, object_classes[i]);
    }
}

std::vector<double> ConfusionMatrix::normalized() const {
    std::vector<double> shares(counts_.size());
    for (int truth = 0; truth < size_; ++truth) {
        std::int64_t sum = 0;
        for (int predicted = 0; predicted < size_; ++predicted) sum += at(predicted, truth);
        for (int predicted = 0; predicted < size_; ++predicted) {
            shares[index(predicted, truth)] =
                static_cast<double>(at(predicted, truth)) / (static_cast<double>(sum) + share_eps);
        }
    }
    return shares;
}

std::vector<std::string> ConfusionMatrix::labels(std::span<const std::string> names) const {
    std::vector<std::string> labels(names.begin(), names.end());
    for (std::string& label : labels) std::replace(label.begin(), label.end(), ' ', '_');
    if (has_background()) labels.emplace_back("background");
    return labels;
}

}  // namespace yolo::metrics
