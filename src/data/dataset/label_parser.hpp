// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <yolo/model_info.hpp>

#include "data/labels.hpp"

namespace yolo::data {

/// What the rows of a label file must look like.
struct LabelRules {
    Task task = Task::detect;
    int class_count = 1;
    bool single_cls = false;            ///< any class number is fine
    std::array<int, 2> kpt_shape = {};  ///< pose; detect on a pose data set: rows of that length are cut to 5
};

struct LabelProblem {
    int line = 0;  ///< from 1; 0 = the file as a whole
    std::string text;
};

struct ParsedLabels {
    Labels labels;                       ///< empty when there are problems
    std::size_t rows = 0;                ///< lines that are not blank
    std::size_t duplicates = 0;          ///< rows taken out; the others are sorted then
    std::size_t bad_rows = 0;            ///< rows with a problem, also those that are not listed
    std::vector<LabelProblem> problems;  ///< the first few; a file with any is not used
};

/// Reads the text of a label file: one object a row, class first, then
///   detect   xc yc w h            (a polygon's extent where rows are polygons)
///   segment  x1 y1 x2 y2 x3 y3 ...
///   pose     xc yc w h, K x (x y) or K x (x y visibility)
///   obb      x1 y1 ... x4 y4
/// in shares of the picture. Never throws for what the text says.
ParsedLabels parse_labels(std::string_view text, const LabelRules& rules);

}  // namespace yolo::data
