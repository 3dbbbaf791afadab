// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "checkpoint/module_maker.hpp"

namespace yolo::checkpoint {

/// The layers of the network as the modules that its description names, under the official class names.
/// Throws Error for a graph that is not whole (cut, folded or decoded).
std::vector<const Value*> layer_modules(ModuleMaker& maker);

}  // namespace yolo::checkpoint
