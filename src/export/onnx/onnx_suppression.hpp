// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "export/onnx/onnx_graph.hpp"
#include "graph/graph.hpp"

namespace yolo::exports {

/// Where a NonMaxSuppression stands in an ONNX graph.
struct OnnxSuppressionPlace {
    std::string scope, columns, output;   ///< names: of its nodes, of what it reads and makes
    std::optional<std::int64_t> anchors;  ///< nothing: any number
    int opset = 0;
};

/// Adds the nodes of a NonMaxSuppression and returns the name of its rows. Upright boxes go through ONNX's
/// NonMaxSuppression; rotated ones, which that does not know, are compared pair by pair.
std::string add_suppression(OnnxGraph& onnx, const graph::NonMaxSuppression& op,
                            const OnnxSuppressionPlace& place);

}  // namespace yolo::exports
