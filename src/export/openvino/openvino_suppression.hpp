// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "export/openvino/ir_model.hpp"
#include "graph/graph.hpp"

namespace yolo::exports {

/// Adds the layers of a NonMaxSuppression, NAME/..., and returns its rows, which users know as `tensor`.
/// Upright boxes go through OpenVINO's NonMaxSuppression; rotated ones, which that does not know, are
/// compared pair by pair. Sizes of `columns` may be free.
IrValue add_suppression(IrModel& ir, const graph::NonMaxSuppression& op, const IrValue& columns,
                        const std::string& name, const std::string& tensor);

}  // namespace yolo::exports
