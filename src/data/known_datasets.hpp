// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/shipped_file.hpp"

namespace yolo::data {

/// The descriptions of data/known/: data sets of the field that are known by name (coco8.yaml). Their
/// pictures are the user's to fetch.
std::span<const ShippedFile> known_datasets();

}  // namespace yolo::data
