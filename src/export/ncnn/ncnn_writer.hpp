// SPDX-License-Identifier: Apache-2.0
/// \file NCNN from the exporting stage of a Graph.
#pragma once

#include "export/ncnn/ncnn_model.hpp"
#include "graph/passes.hpp"

namespace yolo::exports {

/// A network without its batch axis, which NCNN does not have: input `in0` (C, H, W), outputs `out0` and,
/// with prototypes, `out1`.
struct NcnnFile {
    NcnnModel model;
    std::vector<std::string> outputs;
};

/// Throws Error for a network in another stage or layout, or of free size where its head is decoded.
NcnnFile ncnn_model(const graph::Network& network);

}  // namespace yolo::exports
