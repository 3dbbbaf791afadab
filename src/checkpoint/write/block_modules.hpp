// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "checkpoint/write/module_maker.hpp"

namespace yolo::checkpoint {

/// The layers of the network as the modules that its description names, under the official class names.
/// Throws Error for a graph that is not whole (cut, folded or decoded).
std::vector<const Value*> layer_modules(ModuleMaker& maker);

/// The blocks that it knows: those of graph/blocks/table.hpp, every one.
std::vector<std::string_view> writable_blocks();

}  // namespace yolo::checkpoint
