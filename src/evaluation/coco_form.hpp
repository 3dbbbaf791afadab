// SPDX-License-Identifier: Apache-2.0
/// \file How COCO's files say things, and which data sets are COCO's or DOTA's own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "data/dataset_spec.hpp"

namespace yolo::evaluation {

/// Pixels with 3 decimals, confidences with 5, as predictions.json holds them.
double coco_place(double value);
double coco_score(double value);

/// The number in a picture's name without its suffix, or that name itself.
Json coco_image_id(const std::string& stem);

/// COCO's number of each class, its 80 classes coming first in the usual order; otherwise class + 1.
std::vector<int> category_ids(int class_count, bool coco);

/// The split is one of COCO's own lists (val2017, test-dev2017).
bool is_coco_split(const data::DatasetSpec& spec, const std::string& split);

/// The split's path names DOTA.
bool is_dota_split(const data::DatasetSpec& spec, const std::string& split);

}  // namespace yolo::evaluation
