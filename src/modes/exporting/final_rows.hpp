// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <yolo/model_info.hpp>

#include "core/tensor.hpp"
#include "graph/graph.hpp"

namespace yolo::modes {

/// Decoded outputs after our own suppression, in the form of a file with nms=True: (N, max_det, 6 + extra).
Tensor final_rows(const std::vector<Tensor>& outputs, const ModelInfo& info,
                  const graph::SuppressionRule& rule);

}  // namespace yolo::modes
