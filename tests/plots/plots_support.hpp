// SPDX-License-Identifier: Apache-2.0
/// \file Data to draw, and what can be said of a drawn figure.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "metrics/average_precision.hpp"
#include "metrics/confusion_matrix.hpp"

namespace yolo::test {

inline std::vector<std::string> class_names(std::size_t count) {
    const std::vector<std::string> first{"red cell", "white cell", "platelet", "传感器",
                                         "very long name of a class"};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
        names.push_back(i < first.size() ? first[i] : "class " + std::to_string(i));
    }
    return names;
}

/// Predictions of which the better scored ones are more often right.
inline metrics::PrecisionTable some_table(std::size_t classes) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> unit(0, 1);
    std::vector<metrics::ScoredHit> predictions;
    std::vector<std::size_t> objects(classes, 150);
    for (std::size_t c = 0; c < classes; ++c) {
        const float skill = 0.4f + 0.5f * static_cast<float>(c + 1) / static_cast<float>(classes);
        std::size_t found = 0;
        for (int i = 0; i < 300; ++i) {
            const float score = unit(random);
            const bool hit = unit(random) < score * skill * 1.2f && found < objects[c];
            found += hit ? 1 : 0;
            predictions.push_back(
                {score, static_cast<std::uint16_t>(c), static_cast<metrics::Hits>(hit ? 63 : 0)});
        }
    }
    return metrics::average_precision(predictions, objects);
}

inline metrics::ConfusionMatrix some_matrix(int classes, metrics::ConfusionMatrix::Background background) {
    metrics::ConfusionMatrix matrix(classes, background);
    std::mt19937 random(4);
    for (int i = 0; i < 200 * classes; ++i) {
        const int truth = static_cast<int>(random() % static_cast<unsigned>(matrix.size()));
        const int predicted =
            random() % 4 == 0 ? static_cast<int>(random() % static_cast<unsigned>(matrix.size())) : truth;
        if (predicted == classes && truth == classes) continue;
        matrix.add(predicted, truth);
    }
    return matrix;
}

}  // namespace yolo::test
