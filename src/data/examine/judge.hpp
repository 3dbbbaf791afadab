// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/dataset/label_cache.hpp"
#include "data/examine/examine.hpp"

namespace yolo::data {

/// Label files in the label folders of the pictures that belong to none of them.
std::vector<Finding> labels_without_picture(std::span<const SplitPicture> pictures);

/// What the counts of all splits say of the data set as a whole.
void judge(const DatasetSpec& spec, int imgsz, Examination& examination);

}  // namespace yolo::data
