// SPDX-License-Identifier: Apache-2.0
/// \file What this processor can do, as oneDNN sees it (YOLO_MAX_ISA lowers it: core/processor.hpp).
#pragma once

#include <string>

#include "engines/engine.hpp"

namespace yolo::engines::cpu {

struct Machine {
    int block = 8;             ///< channels that lie together in oneDNN's blocked layouts
    bool bf16 = false;         ///< convolutions in bf16 have instructions of their own
    bool tiles = false;        ///< AMX: its convolutions exist for channels-last layouts only
    std::string instructions;  ///< "avx512_core_bf16"
    /// Our own float32 kernel for 3 x 3 convolutions has registers of a block's channels.
    bool winograd = false;
};

Machine this_machine();

/// What really runs when `asked` is asked for.
Precision usable_precision(const Machine& machine, Precision asked);

}  // namespace yolo::engines::cpu
