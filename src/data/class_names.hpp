// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/shipped_file.hpp"

namespace yolo::data {

/// The tables of data/class_codes/: one, ImageNet's.
std::span<const ShippedFile> class_codes();

/// Names for people: a code of ImageNet's 1000 classes becomes its name ("n01440764": "tench"), all else
/// stays. No two codes have one name.
std::vector<std::string> readable_class_names(std::vector<std::string> names);

}  // namespace yolo::data
