// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::graph {

namespace {

struct OpName {
    const char* operator()(const Input&) const { return "Input"; }
    const char* operator()(const Conv&) const { return "Conv"; }
    const char* operator()(const ConvTranspose&) const { return "ConvTranspose"; }
    const char* operator()(const BatchNorm&) const { return "BatchNorm"; }
    const char* operator()(const Silu&) const { return "Silu"; }
    const char* operator()(const Relu&) const { return "Relu"; }
    const char* operator()(const Add&) const { return "Add"; }
    const char* operator()(const Concat&) const { return "Concat"; }
    const char* operator()(const Slice&) const { return "Slice"; }
    const char* operator()(const MaxPool&) const { return "MaxPool"; }
    const char* operator()(const Upsample&) const { return "Upsample"; }
    const char* operator()(const GlobalAveragePool&) const { return "GlobalAveragePool"; }
    const char* operator()(const Dropout&) const { return "Dropout"; }
    const char* operator()(const Linear&) const { return "Linear"; }
    const char* operator()(const Softmax&) const { return "Softmax"; }
    const char* operator()(const Sigmoid&) const { return "Sigmoid"; }
    const char* operator()(const Sin&) const { return "Sin"; }
    const char* operator()(const Cos&) const { return "Cos"; }
    const char* operator()(const Sub&) const { return "Sub"; }
    const char* operator()(const Mul&) const { return "Mul"; }
    const char* operator()(const Scale&) const { return "Scale"; }
    const char* operator()(const WeightedSum&) const { return "WeightedSum"; }
    const char* operator()(const Reshape&) const { return "Reshape"; }
    const char* operator()(const Transpose&) const { return "Transpose"; }
    const char* operator()(const MatMul&) const { return "MatMul"; }
    const char* operator()(const Unflatten&) const { return "Unflatten"; }
    const char* operator()(const Constant&) const { return "Constant"; }
    const char* operator()(const CellCenters&) const { return "CellCenters"; }
    const char* operator()(const DecodeHead&) const { return "DecodeHead"; }
    const char* operator()(const NonMaxSuppression&) const { return "NonMaxSuppression"; }
};

}  // namespace

const char* op_name(const Op& op) {
    return std::visit(OpName{}, op);
}

std::vector<ValueId> HeadBranches::maps() const {
    std::vector<ValueId> all;
    for (const HeadBranch* branch : {&box, &cls, &extra})
        all.insert(all.end(), branch->maps.begin(), branch->maps.end());
    return all;
}

std::string class_branch_end(const std::string& head) {
    return head + ".cv3.0.2";
}

const Node& Graph::producer(ValueId value) const {
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [value](const Node& node) { return node.output == value; });
    if (found == nodes.end()) throw Error(fmt::format("no node of the graph {} makes value {}", name, value));
    return *found;
}

}  // namespace yolo::graph
