// SPDX-License-Identifier: Apache-2.0
/// \file LiteRT from the exporting stage of a Graph in NHWC.
#pragma once

#include "export/common/quantization.hpp"
#include "export/format.hpp"
#include "export/litert/litert_model.hpp"
#include "graph/passes.hpp"

namespace yolo::exports {

struct LitertRequest {
    int batch = 1;
    Quantization quantization = Quantization::fp32;
    bool nchw_input = false;                 ///< pictures come as (N, C, H, W) and are turned first
    const QuantizationPlan* plan = nullptr;  ///< of int8 and w8a16
    bool integer_io = false;                 ///< of int8: input and outputs are bytes
};

struct LitertFile {
    LitertModel model;
    LitertModel::Ends inputs, outputs;  ///< images; output0, output1
};

/// Boxes and keypoints of output0 are shares of the input's width and height; all else is as every format has
/// it. Throws Error for a network in another stage or layout, or of free size.
LitertFile litert_model(const graph::Network& network, const LitertRequest& request);

}  // namespace yolo::exports
