// SPDX-License-Identifier: Apache-2.0
/// \file Which class of a data set each class of a model is: names decide, not places.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace yolo::data {

struct ClassMatch {
    enum class Basis {
        same,     ///< the same names in the same order
        names,    ///< at least one name is common
        numbers,  ///< no name is common, and those of one side only count: 0, 1, 2 or class_0, class_1 ...
        nothing   ///< no name is common
    };
    Basis basis = Basis::same;
    std::vector<int> set_class;    ///< of each class of the model; -1: the data set does not have it
    std::vector<int> unknown;      ///< classes of the data set that the model does not have
    std::vector<int> left_out;     ///< classes of the model that the data set does not have
    std::vector<int> other_words;  ///< classes of the model whose name the data set spells differently
    bool other_order = false;      ///< a class has another number in the data set
};

/// Equal names belong together, the first to the first where one is there several times; of the rest those
/// that differ only in case, blanks, `_` and `-`, where that is true of one pair alone. Without a common name
/// by number.
ClassMatch match_classes(const std::vector<std::string>& model, const std::vector<std::string>& set);

/// Class i of the one is class i of the other, whatever their names.
ClassMatch match_class_numbers(std::size_t model_classes, std::size_t set_classes);

/// Every name is its number, bare or behind one word: "0", "class 1", "class_2"; or the only one is "item",
/// which single_cls makes of all names.
bool only_count(const std::vector<std::string>& names);

}  // namespace yolo::data
