// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/run_files.hpp"
#include "image/box_forms.hpp"

namespace yolo::plots {

/// Most boxes that are drawn; what more there are is not needed.
constexpr std::size_t most_labels = 1'000'000;

/// Writes FOLDER/labels.jpg: objects per class, shapes, places and sizes of the boxes.
void draw_label_statistics(std::span<const int> classes, std::span<const image::Box4> xywh_shares,
                           std::span<const std::string> names, RunFiles& files);

}  // namespace yolo::plots
