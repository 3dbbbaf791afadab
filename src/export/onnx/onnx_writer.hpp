// SPDX-License-Identifier: Apache-2.0
/// \file ONNX (https://onnx.ai, schema and operators: Apache-2.0) from the exporting stage of a Graph.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "export/common/quantization.hpp"
#include "formats/protobuf.hpp"
#include "graph/passes.hpp"

namespace yolo::exports {

inline constexpr int lowest_opset = 12, lowest_int8_opset = 13, default_opset = 17, highest_opset = 23;

struct OnnxOptions {
    int opset = default_opset;  ///< lowest_opset .. highest_opset
    int batch = 1;              ///< of a network of fixed size
    /// Weights and maps in 16 bits; input, outputs and the head's decoding stay in 32.
    bool half = false;
    /// Values and weights in 8 bits, as pairs of QuantizeLinear and DequantizeLinear, which runtimes melt
    /// with what lies between; null: none. From lowest_int8_opset on.
    const QuantizationPlan* plan = nullptr;
    std::vector<std::pair<std::string, std::string>> metadata = {};
};

/// A ModelProto: input `images`, outputs `output0` and, with prototypes, `output1`; nodes are named as
/// PyTorch names them (`/model.22/cv2.0/cv2.0.2/Conv`). A network of free size has free axes. It shares the
/// network's weights. Throws Error for a network in another stage or layout.
formats::ProtoMessage onnx_model(const graph::Network& network, const OnnxOptions& options);

/// "/model.22/cv2.0/cv2.0.2" of "model.22.cv2.0.2": modules, as PyTorch's scopes show them.
std::string torch_scope(const std::string& path);

}  // namespace yolo::exports
