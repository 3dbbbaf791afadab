// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/final_rows.hpp"

#include <algorithm>

#include "tasks/task.hpp"

namespace yolo::modes {

namespace {

constexpr std::size_t box_and_class = 6;

std::vector<float> row_of(const tasks::Objects& objects, std::size_t i) {
    std::vector<float> row;
    const auto add = [&row](auto first, auto last) { row.insert(row.end(), first, last); };
    const bool rotated = !objects.rotated.empty();
    if (rotated) {
        add(objects.rotated[i].begin(), objects.rotated[i].begin() + 4);
    } else {
        add(objects.boxes[i].begin(), objects.boxes[i].end());
    }
    row.push_back(objects.scores[i]);
    row.push_back(static_cast<float>(objects.classes[i]));
    if (!objects.coefficients.empty()) add(objects.coefficients[i].begin(), objects.coefficients[i].end());
    if (!objects.keypoints.empty()) add(objects.keypoints_at(i).begin(), objects.keypoints_at(i).end());
    if (rotated) row.push_back(objects.rotated[i].back());
    return row;
}

}  // namespace

Tensor final_rows(const std::vector<Tensor>& outputs, const ModelInfo& info,
                  const graph::SuppressionRule& rule) {
    const std::int64_t pictures = outputs.at(0).dim(0);
    const std::int64_t width =
        static_cast<std::int64_t>(box_and_class) + outputs[0].dim(1) - 4 - info.class_count();
    Tensor rows = Tensor::allocate(DType::f32, {pictures, rule.max_det, width});
    const auto values = rows.mutable_values<float>();
    std::ranges::fill(values, 0.0F);
    for (std::int64_t n = 0; n < pictures; ++n) {
        const tasks::Objects found =
            tasks::task_room(info.task).find_objects(outputs, static_cast<int>(n), info,
                                                     {.conf = rule.conf,
                                                      .iou = static_cast<float>(rule.iou),
                                                      .max_det = rule.max_det,
                                                      .agnostic = rule.agnostic});
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::vector<float> row = row_of(found, i);
            std::ranges::copy(row,
                              values.begin() + (n * rule.max_det + static_cast<std::int64_t>(i)) * width);
        }
    }
    return rows;
}

}  // namespace yolo::modes
