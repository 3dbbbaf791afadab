// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "data/dataset/label_cache.hpp"
#include "data/dataset/label_parser.hpp"
#include "data/dataset/verify.hpp"

namespace yolo::data {

/// Everything that is to be known of one picture and its labels.
struct PictureFacts {
    std::string left_out;       ///< why verification refuses the picture, or ""
    std::string not_decoded;    ///< why a training would leave it out only when it is wanted, or ""
    Size size;                  ///< upright
    std::uint64_t content = 0;  ///< equal for equal pixels; 0 when they could not be read
    Verified::State state = Verified::State::missing;
    std::string unreadable;  ///< why the label file cannot be read, or ""
    ParsedLabels labels;

    bool usable() const {
        return left_out.empty() && not_decoded.empty() && unreadable.empty() && labels.problems.empty();
    }
};

/// Never throws for what the files hold.
PictureFacts examine_picture(const SplitPicture& picture, const LabelRules& rules);

}  // namespace yolo::data
