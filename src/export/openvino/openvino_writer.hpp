// SPDX-License-Identifier: Apache-2.0
/// \file OpenVINO IR from the exporting stage of a Graph.
#pragma once

#include "export/common/quantization.hpp"
#include "export/openvino/ir_model.hpp"
#include "graph/passes.hpp"

namespace yolo::exports {

struct OpenvinoOptions {
    int batch = 1;      ///< of a network of fixed size
    bool half = false;  ///< weights are kept in 16 bits; the arithmetic is the device's
    /// Weights are kept as bytes, and FakeQuantize says where values are: the device does the arithmetic in
    /// bytes; null: none.
    const QuantizationPlan* plan = nullptr;
};

/// Input `images`, outputs `output0` and, with prototypes, `output1`. Shares the network's weights. Throws
/// Error for a network in another stage or layout.
IrModel openvino_model(const graph::Network& network, const OpenvinoOptions& options);

}  // namespace yolo::exports
