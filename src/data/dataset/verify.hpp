// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <yolo/image.hpp>

#include "data/dataset/label_parser.hpp"

namespace yolo::data {

/// What one picture and its label file come to.
struct Verified {
    enum class State { found, missing, empty };  ///< of the label file
    bool corrupt = false;                        ///< picture or labels cannot be used
    bool labels_read = false;                    ///< false when the picture was already no good
    State state = State::missing;
    Size size;  ///< upright
    Labels labels;
    std::size_t duplicates = 0;
    std::string message;  ///< why it was dropped, or what was repaired; else ""
};

/// Never throws for what the files hold. An empty `label_file` (classify) is not looked for.
Verified verify(const std::string& picture, const std::string& label_file, const LabelRules& rules);

}  // namespace yolo::data
