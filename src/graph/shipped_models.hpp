// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/shipped_file.hpp"

namespace yolo::graph {

/// The network descriptions of models/.
std::span<const ShippedFile> shipped_models();

}  // namespace yolo::graph
