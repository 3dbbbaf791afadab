// SPDX-License-Identifier: Apache-2.0
/// \file What the attributes of a pickled model say about it.
#pragma once

#include <yolo/model_info.hpp>

#include "checkpoint/pickle/torch_archive.hpp"
#include "checkpoint/read/module_tree.hpp"
#include "core/json.hpp"
#include "graph/model_spec.hpp"

namespace yolo::checkpoint {

/// The description that the network was built from. Throws Error when the model has none.
graph::ModelSpec model_spec(const ModuleTree& tree);

/// What the modules themselves say, against the description: the numbers of classes, keypoints and channels.
graph::BuildOptions build_options(const ModuleTree& tree);

/// Names, strides, training size. Throws Error when they contradict the network.
ModelInfo model_info(const ModuleTree& tree, const graph::Graph& graph, const Json& metadata,
                     const StorageReader& storages, formats::Allowance& allowance);

/// The parts that both layouts share: task, kpt_shape, channels and strides from the graph, imgsz from the
/// training arguments. Names are the indices until they are set.
ModelInfo info_of(const graph::Graph& graph, const Json& train_args);

}  // namespace yolo::checkpoint
