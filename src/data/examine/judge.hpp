// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "data/dataset/label_survey.hpp"
#include "data/examine/examine.hpp"

namespace yolo::data {

/// Labels of a split that are looked for elsewhere than they lie.
void judge_lost_labels(const LabelSurvey& survey, const SplitFacts& facts, Examination& examination);

/// Label files of the whole set that belong to no picture.
void judge_unclaimed_labels(const LabelSurvey& survey, Examination& examination);

/// What the counts of all splits say of the data set as a whole.
void judge(const DatasetSpec& spec, int imgsz, Examination& examination);

}  // namespace yolo::data
