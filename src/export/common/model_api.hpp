// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "export/common/metadata.hpp"
#include "graph/graph.hpp"

namespace yolo::exports {

/// What OpenVINO's Model API opens a file by, without a word of configuration: its section `model_info`.
/// `model_type` chooses the class of its wrapper, and is one it has for the outputs of detect, segment and
/// classify; for those it has no wrapper for (pose, obb, files that suppress by themselves), YOLO.
std::vector<std::pair<std::string, std::string>> model_api_info(const graph::Graph& graph,
                                                                const Metadata& metadata);

}  // namespace yolo::exports
