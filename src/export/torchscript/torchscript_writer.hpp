// SPDX-License-Identifier: Apache-2.0
/// \file TorchScript from the exporting stage of a Graph, as the text of one forward().
#pragma once

#include "export/torchscript/script_module.hpp"
#include "graph/passes.hpp"

namespace yolo::exports {

struct TorchscriptFile {
    ScriptModule module;
    std::string returns;  ///< "Tensor", or "Tuple[Tensor, Tensor]" with prototypes
};

/// Its code names no device: it runs where its input lies. `channels_last`: maps lie so in memory, whatever
/// their sizes say, which LibTorch's convolutions on processors are quicker with. Throws Error for a network
/// in another stage or layout.
TorchscriptFile torchscript_module(const graph::Network& network, bool channels_last = false);

}  // namespace yolo::exports
