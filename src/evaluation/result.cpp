// SPDX-License-Identifier: Apache-2.0
#include "evaluation/result.hpp"

#include <algorithm>

namespace yolo::evaluation {

double ValResult::metric(const std::string& key) const {
    for (const auto& [name, value] : metrics) {
        if (name == key) return value;
    }
    return 0;
}

void ValResult::set_metric(const std::string& key, double value) {
    const auto found = std::ranges::find_if(metrics, [&](const auto& entry) { return entry.first == key; });
    if (found != metrics.end()) {
        found->second = value;
    } else {
        metrics.emplace_back(key, value);
    }
}

std::vector<ClassFigures> class_figures(const ValResult& result) {
    std::vector<ClassFigures> classes;
    if (!result.detection) return classes;
    for (const Json& row : result.detection->summary()) {
        ClassFigures& figures = classes.emplace_back();
        for (const auto& [key, value] : row.items()) {
            if (key == "Class") {
                figures.name = value.get<std::string>();
            } else if (key == "Images") {
                figures.pictures = value.get<std::size_t>();
            } else if (key == "Instances") {
                figures.instances = value.get<std::size_t>();
            } else {
                figures.figures.emplace_back(key, value.get<double>());
            }
        }
    }
    return classes;
}

}  // namespace yolo::evaluation
