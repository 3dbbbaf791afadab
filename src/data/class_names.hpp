// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace yolo::data {

/// Names for people: a code of ImageNet's 1000 classes becomes its name ("n01440764": "tench"), all else
/// stays. No two codes have one name.
std::vector<std::string> readable_class_names(std::vector<std::string> names);

}  // namespace yolo::data
