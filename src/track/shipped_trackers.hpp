// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/shipped_file.hpp"

namespace yolo::track {

/// The files of trackers/.
std::span<const ShippedFile> shipped_trackers();

}  // namespace yolo::track
