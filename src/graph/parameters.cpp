// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <string_view>

#include "core/visit.hpp"
#include "graph/graph.hpp"

namespace yolo::graph {

namespace {

struct ParametersOf {
    std::vector<Parameter> operator()(const Conv& conv) const {
        std::vector<Parameter> list;
        list.push_back(
            {"weight", {conv.out_channels, conv.in_channels / conv.groups, conv.kernel, conv.kernel}});
        if (conv.bias) list.push_back({"bias", {conv.out_channels}});
        return list;
    }
    std::vector<Parameter> operator()(const ConvTranspose& conv) const {
        std::vector<Parameter> list;
        list.push_back({"weight", {conv.in_channels, conv.out_channels, conv.kernel, conv.kernel}});
        if (conv.bias) list.push_back({"bias", {conv.out_channels}});
        return list;
    }
    std::vector<Parameter> operator()(const BatchNorm& norm) const {
        const Shape shape = {norm.channels};
        return {{"weight", shape},
                {"bias", shape},
                {"running_mean", shape, true},
                {"running_var", shape, true},
                {"num_batches_tracked", {}, true}};
    }
    std::vector<Parameter> operator()(const Linear& linear) const {
        return {{"weight", {linear.out_features, linear.in_features}}, {"bias", {linear.out_features}}};
    }
    std::vector<Parameter> operator()(const Constant& constant) const {
        return {{"value", constant.shape, true}};
    }
    std::vector<Parameter> operator()(
        const OneOf<Input, Silu, Relu, Add, Concat, Slice, MaxPool, Upsample, GlobalAveragePool, Dropout,
                    Softmax, Sigmoid, Sin, Cos, Sub, Mul, Scale, WeightedSum, Reshape, Transpose, MatMul,
                    Unflatten, CellCenters, DecodeHead, NonMaxSuppression> auto&) const {
        return {};
    }
};

}  // namespace

std::vector<Parameter> parameters_of(const Op& op) {
    return std::visit(ParametersOf{}, op);
}

std::vector<std::pair<std::string, Shape>> parameter_shapes(const Graph& graph) {
    std::map<std::string_view, const Node*> by_name;
    for (const Node& node : graph.nodes) by_name.emplace(node.name, &node);

    std::vector<std::pair<std::string, Shape>> list;
    const auto add = [&list](const Node& node) {
        for (Parameter& parameter : parameters_of(node.op)) {
            list.emplace_back(node.name + "." + parameter.name, std::move(parameter.shape));
        }
    };
    std::set<std::string_view> listed;
    for (const std::string& module : graph.modules) {
        const auto found = by_name.find(module);
        if (found != by_name.end()) {
            add(*found->second);
            listed.insert(module);
        } else if (graph.head && module == graph.head->dfl) {
            list.emplace_back(module + ".weight", Shape{1, graph.head->decode.reg_max, 1, 1});
        }
    }
    for (const Node& node : graph.nodes) {  // graphs made by hand need not list their modules
        if (!listed.contains(node.name)) add(node);
    }
    return list;
}

}  // namespace yolo::graph
