// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "graph/graph.hpp"

namespace yolo::graph {

/// A graph with the weights it needs.
struct Network {
    Graph graph;
    Weights weights;
};

/// Training stage -> inference stage: folds each BatchNorm into its Conv (W' = W s, b' = beta + (b - mean) s,
/// s = gamma / sqrt(var + eps)), appends the head's decoding, drops Dropout. Weights become float32.
Network to_inference(const Graph& graph, const Weights& weights);

/// Inference stage -> exporting stage: the DecodeHead in ordinary ops. With a size, cell centres and strides
/// are constants and only pictures of that size fit; else they are computed in the graph (CellCenters), which
/// then depends neither on the size nor on the number of pictures.
Network expand_head(const Network& inference, std::optional<InputSize> fixed);

/// Inference stage -> exporting stage of any size, the head's maps as they are instead of their decoding: for
/// each location, level by level and row by row, boxes and classes (N, A, 4 reg_max + nc); with extra
/// channels a second output (N, A, extra); then the prototypes. Throws UsageError for a network without such
/// a head.
Network raw_head(const Network& inference);

/// Exporting stage -> the same with a NonMaxSuppression at its end: output0 is rows of detections. Throws
/// Error for a network without a head.
Network suppress(const Network& exporting, const SuppressionRule& rule);

/// Exporting stage -> the same in NHWC: the picture comes as (N, H, W, C), maps go out channels-last, outputs
/// of any other rank stay as they are: output0 is (N, 4 + nc + extra, A). Convolutions keep their weights as
/// their op describes them. Axes of ops are those of the new order.
Network to_nhwc(const Network& exporting);

/// The graph up to the highest of `layers`, whose only output is the channel-wise mean of each listed layer's
/// map, ascending, concatenated: (N, sum of channels). Throws UsageError for a layer that does not exist or
/// has no map.
Graph embedding_graph(const Graph& inference_graph, std::vector<int> layers);

/// The graph with the map of each of `layers` behind its outputs, in that order; the outputs stay as they
/// are. Throws UsageError as embedding_graph() does.
Graph with_layer_maps(Graph graph, std::span<const int> layers);

/// What `yolo info` prints of a graph.
struct GraphStatistics {
    int layers = 0;               ///< leaf modules
    std::int64_t parameters = 0;  ///< trainable or not, without buffers
    std::int64_t gradients = 0;   ///< trainable parameters
    double gflops = 0;            ///< for one picture of `imgsz` x `imgsz`
};
GraphStatistics statistics(const Graph& graph, int imgsz);

}  // namespace yolo::graph
