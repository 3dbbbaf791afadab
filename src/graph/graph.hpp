// SPDX-License-Identifier: Apache-2.0
/// \file THE WAIST: a model is defined once, as a Graph of primitive ops. Engines, exporters and the trainer
/// read it.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <yolo/model_info.hpp>

#include "core/tensor.hpp"

namespace yolo::graph {

/// Index of a value: the one output of a node, or the graph's input (value 0). All values are float. A map is
/// (N, C, H, W) or, in a graph of layout nhwc, (N, H, W, C).
using ValueId = int;

/// Training: Conv and BatchNorm apart, raw head maps. Inference: BatchNorm folded, the head decoded by one
/// DecodeHead. Exporting: that in ordinary ops, which every format has; inputs of Add, Sub and Mul broadcast
/// there as NumPy's do.
enum class Stage { training, inference, exporting };
enum class Layout { nchw, nhwc };

struct InputSize {
    int height = 0, width = 0;
};

// The primitive ops. Parameters of a node are found in Weights under NODE_NAME + ".weight", ".bias", ...

struct Input {  // (N, channels, H, W), RGB, 0..1
    int channels = 3;
};

/// Parameters weight (out, in / groups, kh, kw) and, with bias, bias (out).
struct Conv {
    int in_channels = 0, out_channels = 0;
    int kernel = 1, stride = 1, padding = 0, dilation = 1, groups = 1;
    bool bias = false;
};
/// Parameters weight (in, out, k, k), bias (out).
struct ConvTranspose {
    int in_channels = 0, out_channels = 0;
    int kernel = 2, stride = 2;
    bool bias = true;
};
/// Parameters weight, bias, running_mean, running_var (channels), num_batches_tracked ().
struct BatchNorm {
    int channels = 0;
    double eps = 1e-3, momentum = 0.03;
};
struct Silu {};  // x * sigmoid(x)
struct Relu {};
struct Add {};  // of two values of one shape (exporting stage: that broadcast)
/// Any number of inputs that differ in the size of the axis only.
struct Concat {
    int axis = 1;  ///< 1: channels, but for graphs in NHWC
};
/// [begin, end) of an axis.
struct Slice {
    int begin = 0, end = 0;
    int axis = 1;
};
struct MaxPool {  // pads with -infinity
    int kernel = 5, stride = 1, padding = 2;
};
struct Upsample {  // nearest neighbour
    int scale = 2;
};
struct GlobalAveragePool {};  // (N, C, H, W) -> (N, C)
struct Dropout {              // identity at inference
    double probability = 0;
};
/// (N, in) -> (N, out). Parameters weight (out, in), bias (out).
struct Linear {
    int in_features = 0, out_features = 0;
};
struct Softmax {};  // along the last axis

// What attention and, in the exporting stage, the decoding of a head are made of. Values may have any rank.

struct Sigmoid {};
struct Sin {};
struct Cos {};
struct Sub {};
struct Mul {};
struct Scale {  // factor * x + offset
    double factor = 1, offset = 0;
};
/// (..., n) -> (...): the sum over the last axis, which goes, of weights[i] * x[i].
struct WeightedSum {
    std::vector<float> weights;
};
/// 0: the input's size of that axis; one may be -1: what is left.
struct Reshape {
    std::vector<std::int64_t> dims;
};
struct Transpose {  // axis i of the output is axis perm[i] of the input
    std::vector<int> perm;
};
struct MatMul {};  // (..., n, k) x (..., k, m) -> (..., n, m); the axes before the last two are equal
/// (N, C, h w) and a map, of which it reads h and w alone: (N, C, h, w), or (N, h w, C) and (N, h, w, C) in
/// NHWC.
struct Unflatten {};
/// No inputs. Its values are in Weights under NODE_NAME + ".value".
struct Constant {
    Shape shape;
};
/// Of a map (N, C, h, w), of which it reads the size alone: (1, 3, h w), for each of its cells, row by row,
/// the centre x + 0.5, y + 0.5 in cells and the stride in pixels. In NHWC: (1, h w, 3).
struct CellCenters {
    int stride = 1;
};

/// What the extra channels of a detection head mean.
enum class HeadExtra { none, mask_coefficients, keypoints, angle };

/// The decoding of a detection head (spec: docs/architecture.md "Decode"). Inputs: for each level the box map
/// (N, 4 reg_max, h, w), then for each level the class map (N, nc, h, w), then, unless extra is none, for
/// each level the extra map (N, extra_channels, h, w). Output (N, 4 + nc + extra_channels, A), A = sum of h w
/// over the levels.
struct DecodeHead {
    int class_count = 0;
    int reg_max = 16;
    std::vector<int> strides = {};
    HeadExtra extra = HeadExtra::none;
    int extra_channels = 0;
    std::array<int, 2> kpt_shape = {};
};

/// When a detection stays.
struct SuppressionRule {
    float conf = 0.25F;  ///< its score is above it
    double iou = 0.7;    ///< its overlap with a better one is not
    int max_det = 300;   ///< detections of a picture, at most
    bool agnostic = false;
};

/// Ends the exporting stage of a network that suppresses by itself (spec: docs/architecture.md
/// "Suppression"). Of decoded columns (N, 4 + nc + extra_channels, A): rows (N, max_det, 6 + extra_channels),
/// best first, those behind the last detection zero.
struct NonMaxSuppression {
    SuppressionRule rule = {};
    int class_count = 0, extra_channels = 0;
    bool rotated = false;    ///< the extra channel is the angle
    int max_candidates = 0;  ///< rotated: only the best so many are looked at

    static constexpr float class_offset = 7680;  ///< pixels between the classes
};

using Op =
    std::variant<Input, Conv, ConvTranspose, BatchNorm, Silu, Relu, Add, Concat, Slice, MaxPool, Upsample,
                 GlobalAveragePool, Dropout, Linear, Softmax, Sigmoid, Sin, Cos, Sub, Mul, Scale, WeightedSum,
                 Reshape, Transpose, MatMul, Unflatten, Constant, CellCenters, DecodeHead, NonMaxSuppression>;

const char* op_name(const Op& op);  ///< "Conv", "BatchNorm", ...

struct Node {
    std::string
        name;  ///< official module path: "model.4.m.0.cv1.conv"; ops without parameters get a unique name too
    Op op;
    std::vector<ValueId> inputs;
    ValueId output = -1;
    int layer = -1;  ///< index of the YAML row it belongs to
};

/// One row of the model YAML after scaling, for `yolo info` and for the layer outputs.
struct Layer {
    std::vector<int> from;  ///< absolute or -1 as in the YAML
    int repeats = 1;        ///< after depth scaling
    std::string type;       ///< "Conv", "C2f", "Detect", ...
    std::string arguments;  ///< after scaling, "[16, 32, 3, 2]"
    std::int64_t parameters = 0;
    ValueId output = -1;  ///< -1 for a detection head
};

/// What a detection head says of one kind (boxes, classes, extra): a small network for each level.
struct HeadBranch {
    std::string path;           ///< of its module, "model.22.cv3"; level i is path.i
    std::vector<ValueId> maps;  ///< raw, by level
    std::vector<std::string>
        last;       ///< the convolutions with bias that make them, "model.22.cv3.0.2", by level
    int width = 0;  ///< channels of the hidden layers
};

struct HeadBranches {
    HeadBranch box, cls, extra;  ///< extra: without levels unless the head has extra channels

    std::vector<ValueId> maps() const;  ///< of box, cls, extra, each by level: what DecodeHead takes
};

struct Head : HeadBranches {
    std::string name;  ///< its module path, "model.22"
    DecodeHead decode;
    std::vector<int> input_channels;  ///< by level
    /// Path of the module that holds the bins of the distributions, "model.22.dfl.conv"; "" without any.
    std::string dfl;
    std::optional<ValueId> proto;  ///< segment: (N, 32, H/4, W/4)
    /// Training stage of a head that is trained twice (YOLOv10: Wang et al. 2024, arXiv:2405.14458, section
    /// 3.1): the branches that answer once for each object. They alone are left in the later stages.
    std::optional<HeadBranches> one_to_one = {};
};

/// The convolution that ends the first level of a detection head's class branch, by the head's path ("" gives
/// the end of its name): its input channels are the branch's width, which files that are yet to become a
/// Graph are asked for.
std::string class_branch_end(const std::string& head);

/// A network. Nodes are in execution order (topological).
struct Graph {
    std::vector<Node> nodes;
    int value_count = 0;
    /// Training stage: the head's maps (box, cls, extra of every level, then proto, then the maps of the
    /// one-to-one twin), or the logits of classify. Later stages: output0, output1.
    std::vector<ValueId> outputs;
    std::vector<std::string>
        modules;  ///< paths of the modules with parameters, in the official order of registration
    std::vector<Layer> layers;
    std::optional<Head> head;  ///< absent for classify and for cut graphs
    Task task = Task::detect;
    int class_count = 0;
    int max_stride = 32;
    Stage stage = Stage::training;
    Layout layout = Layout::nchw;
    std::optional<InputSize> fixed_size = {};  ///< exporting stage: the only size it can run; else any fits
    int leaf_modules = 0;                      ///< modules without children, as the summary line counts them
    std::string name;                          ///< "YOLOv8n"

    ValueId input() const { return 0; }
    const Node& producer(ValueId value) const;  ///< throws Error when no node makes that value
};

/// Parameters and buffers by official name ("model.0.conv.weight").
using Weights = std::map<std::string, Tensor, std::less<>>;

/// The shape of every value for an input (N, C, H, W), whatever the graph's layout is. Throws Error, naming
/// the node, when shapes do not fit.
std::vector<Shape> infer_shapes(const Graph& graph, const Shape& input);

/// What a node holds in Weights, by the last part of its name ("weight", "running_mean", ...).
struct Parameter {
    const char* name;
    Shape shape;
    bool buffer = false;  ///< running statistics: not counted as parameters, no gradient
};
std::vector<Parameter> parameters_of(const Op& op);

/// Names and shapes of all parameters and buffers in the official order (state dict). The constant kernel of
/// the DFL (1, reg_max, 1, 1) is among them: DecodeHead implies its values 0, 1, ... but checkpoints hold it.
std::vector<std::pair<std::string, Shape>> parameter_shapes(const Graph& graph);

}  // namespace yolo::graph
