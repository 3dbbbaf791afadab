// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/read/structure.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/visit.hpp"
#include "graph/blocks/table.hpp"

namespace yolo::checkpoint {

namespace {

/// Modules inside of blocks, and the root; the blocks themselves are known from the builder's table.
constexpr std::array inner_classes = std::to_array<std::string_view>({"AdaptiveAvgPool2d",
                                                                      "BatchNorm2d",
                                                                      "Conv2d",
                                                                      "ConvTranspose2d",
                                                                      "DFL",
                                                                      "Dropout",
                                                                      "Identity",
                                                                      "Linear",
                                                                      "MaxPool2d",
                                                                      "ModuleList",
                                                                      "Proto",
                                                                      "ReLU",
                                                                      "SiLU",
                                                                      "Sequential",
                                                                      "Silence",
                                                                      "DetectionModel",
                                                                      "SegmentationModel",
                                                                      "PoseModel",
                                                                      "OBBModel",
                                                                      "ClassificationModel",
                                                                      "YOLOv10DetectionModel"});

/// Which op stands for a leaf class of torch.nn.
struct Leaf {
    std::string_view class_name;
    std::string_view op;
};
constexpr std::array leaves = std::to_array<Leaf>({{"Conv2d", "Conv"},
                                                   {"ConvTranspose2d", "ConvTranspose"},
                                                   {"BatchNorm2d", "BatchNorm"},
                                                   {"SiLU", "Silu"},
                                                   {"ReLU", "Relu"},
                                                   {"Identity", "Identity"},
                                                   {"MaxPool2d", "MaxPool"},
                                                   {"Upsample", "Upsample"},
                                                   {"Concat", "Concat"},
                                                   {"AdaptiveAvgPool2d", "GlobalAveragePool"},
                                                   {"Dropout", "Dropout"},
                                                   {"Linear", "Linear"}});

bool is_known(std::string_view type) {
    const auto blocks = graph::block_types();
    return std::find(inner_classes.begin(), inner_classes.end(), type) != inner_classes.end() ||
           std::any_of(blocks.begin(), blocks.end(),
                       [type](const auto& block) { return block.name == type; });
}

[[noreturn]] void differs(const Module& module, const std::string& how) {
    throw Error(
        fmt::format("'{}' does not fit the description of the network in the file: {}", module.path, how));
}

/// An attribute that is an integer, or a pair of twice the same integer.
void require_integer(const Module& module, std::string_view name, int wanted) {
    const Value* value = module.attribute(name);
    if (value == nullptr) return;
    const auto equal = [wanted](const Value* number) {
        return (number->is(Value::Kind::integer) && number->integer == wanted) ||
               (number->is(Value::Kind::real) && number->real == wanted);
    };
    const bool is_pair = value->is(Value::Kind::tuple) && !value->items.empty();
    const bool fits = is_pair ? std::all_of(value->items.begin(), value->items.end(), equal) : equal(value);
    if (!fits) differs(module, fmt::format("its {} is not {}", name, wanted));
}

void require_text(const Module& module, std::string_view name, std::string_view wanted) {
    const Value* value = module.attribute(name);
    if (value != nullptr && value->text != wanted)
        differs(module, fmt::format("its {} is not '{}'", name, wanted));
}

double number_or(const Module& module, std::string_view name, double otherwise) {
    const Value* value = module.attribute(name);
    if (value == nullptr) return otherwise;
    if (value->is(Value::Kind::real)) return value->real;
    return value->is(Value::Kind::integer) ? static_cast<double>(value->integer) : otherwise;
}

/// Compares the geometry that the shapes of the weights do not show.
struct MatchOp {
    const Module& module;

    void operator()(const graph::Conv& conv) const {
        require_integer(module, "stride", conv.stride);
        require_integer(module, "padding", conv.padding);
        require_integer(module, "dilation", conv.dilation);
        require_integer(module, "groups", conv.groups);
        require_text(module, "padding_mode", "zeros");
    }
    void operator()(const graph::ConvTranspose& conv) const {
        require_integer(module, "stride", conv.stride);
        require_integer(module, "padding", 0);
        require_integer(module, "output_padding", 0);
        require_integer(module, "dilation", 1);
        require_integer(module, "groups", 1);
    }
    void operator()(graph::BatchNorm& norm) const {
        norm.eps = number_or(module, "eps", norm.eps);
        norm.momentum = number_or(module, "momentum", norm.momentum);
    }
    void operator()(const graph::Upsample& upsample) const {
        require_integer(module, "scale_factor", upsample.scale);
        require_text(module, "mode", "nearest");
    }
    void operator()(const graph::MaxPool& pool) const {
        require_integer(module, "kernel_size", pool.kernel);
        require_integer(module, "stride", pool.stride);
        require_integer(module, "padding", pool.padding);
        require_integer(module, "dilation", 1);
    }
    void operator()(const graph::Concat&) const { require_integer(module, "d", 1); }
    void operator()(
        const OneOf<graph::Input, graph::Silu, graph::Relu, graph::Add, graph::Slice,
                    graph::GlobalAveragePool, graph::Dropout, graph::Linear, graph::Softmax, graph::Sigmoid,
                    graph::Sin, graph::Cos, graph::Sub, graph::Mul, graph::Scale, graph::WeightedSum,
                    graph::Reshape, graph::Transpose, graph::MatMul, graph::Unflatten, graph::Constant,
                    graph::CellCenters, graph::DecodeHead, graph::NonMaxSuppression> auto&) const {}
};

void match_node(const Module& module, graph::Node& node) {
    const auto leaf = std::find_if(leaves.begin(), leaves.end(),
                                   [&](const Leaf& known) { return known.class_name == module.type(); });
    if (leaf == leaves.end()) return;  // a block whose last node carries the block's own name
    if (leaf->op != graph::op_name(node.op)) {
        differs(module,
                fmt::format("it is a {} where a {} is expected", module.type(), graph::op_name(node.op)));
    }
    std::visit(MatchOp{module}, node.op);
}

std::vector<int> stated_sources(const Module& layer) {
    const Value* from = layer.attribute("f");
    if (from == nullptr) return {};
    std::vector<int> list;
    const auto add = [&](const Value& index) {
        if (!index.is(Value::Kind::integer)) differs(layer, "its inputs are not numbers");
        list.push_back(static_cast<int>(index.integer));
    };
    if (from->items.empty()) add(*from);
    for (const Value* item : from->items) add(*item);
    return list;
}

void match_layers(const ModuleTree& tree, const graph::Graph& graph) {
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        const graph::Layer& layer = graph.layers[i];
        const std::string path = fmt::format("model.{}", i);
        const Module* module = tree.find(path);
        if (module == nullptr)
            throw Error(fmt::format("it has no layer '{}', which its description needs", path));
        const bool is_sequence = layer.repeats > 1 && module->type() == "Sequential";
        if (module->type() != layer.type && !is_sequence) {
            differs(*module, fmt::format("it is a {} where a {} is expected", module->type(), layer.type));
        }
        const std::vector<int> from = stated_sources(*module);
        if (!from.empty() && from != layer.from) {
            differs(*module, fmt::format("it reads from [{}] instead of [{}]", fmt::join(from, ", "),
                                         fmt::join(layer.from, ", ")));
        }
    }
    const std::string next = fmt::format("model.{}", graph.layers.size());
    if (const Module* module = tree.find(next)) differs(*module, "the description has fewer layers");
}

void match_shortcut(const Module& bottleneck, const std::map<std::string_view, graph::Node*>& nodes) {
    const Value* add = bottleneck.attribute("add");
    if (add == nullptr || !add->is(Value::Kind::boolean)) return;
    if ((add->integer != 0) != nodes.contains(bottleneck.path + ".add")) {
        differs(bottleneck, add->integer != 0 ? "it has a shortcut" : "it has no shortcut");
    }
}

/// A pool that is used several times stands in the graph once for each: PATH.0, PATH.1 ...
void match_uses(const Module& pool, const std::map<std::string_view, graph::Node*>& nodes) {
    for (int i = 0;; ++i) {
        const auto node = nodes.find(fmt::format("{}.{}", pool.path, i));
        if (node == nodes.end()) return;
        match_node(pool, *node->second);
    }
}

}  // namespace

void require_known_classes(const ModuleTree& tree) {
    for (const Module& module : tree.modules) {
        if (is_known(module.type())) continue;
        throw Error(fmt::format(
            "{} is a '{}', a class that is not known here, so that the network cannot be run",
            module.path.empty() ? "its model" : "its layer '" + module.path + "'", module.class_name));
    }
}

void match_structure(const ModuleTree& tree, graph::Graph& graph) {
    match_layers(tree, graph);
    std::map<std::string_view, graph::Node*> nodes;
    for (graph::Node& node : graph.nodes) nodes.emplace(node.name, &node);
    for (const Module& module : tree.modules) {
        if (const auto node = nodes.find(module.path); node != nodes.end()) match_node(module, *node->second);
        if (module.type() == "Bottleneck") match_shortcut(module, nodes);
        if (module.type() == "MaxPool2d") match_uses(module, nodes);
    }
}

}  // namespace yolo::checkpoint
