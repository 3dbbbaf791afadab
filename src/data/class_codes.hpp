// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/shipped_file.hpp"

namespace yolo::data {

/// The tables of data/class_codes/, from codes to names: one, ImageNet's.
std::span<const ShippedFile> class_codes();

}  // namespace yolo::data
