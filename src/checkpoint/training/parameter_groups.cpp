// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/training/parameter_groups.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::checkpoint {

namespace {

using Names = std::vector<std::string>;

struct NamedShape {
    std::string name;
    Shape shape;
};

std::vector<NamedShape> parameters_of(const graph::Graph& graph) {
    std::vector<NamedShape> parameters;
    for (auto& [name, shape] : graph::parameter_shapes(graph)) {
        const bool is_buffer =
            name.ends_with(".num_batches_tracked") || name.find(".running_") != std::string::npos;
        if (!is_buffer) parameters.push_back({std::move(name), std::move(shape)});
    }
    return parameters;
}

/// The group that a parameter goes to. One-dimensional weights are those of normalisations.
const char* kind_of(const NamedShape& parameter, bool with_muon) {
    const std::size_t dimensions = parameter.shape.size();
    if (with_muon && (dimensions == 2 || dimensions == 4)) return "muon";
    if (parameter.name.find("bias") != std::string::npos) return "bias";
    return dimensions == 1 ? "bn" : "weight";
}

bool fill(const std::vector<Names>& groups, const std::vector<std::size_t>& sizes) {
    return std::equal(groups.begin(), groups.end(), sizes.begin(), sizes.end(),
                      [](const Names& group, std::size_t size) { return group.size() == size; });
}

Names joined(const std::vector<Names>& groups) {
    Names all;
    for (const Names& group : groups) all.insert(all.end(), group.begin(), group.end());
    return all;
}

/// Each kind twice: first the head's class branch, then the rest.
std::vector<Names> muon_groups(const graph::Graph& graph) {
    const std::string class_branch = graph.head ? graph.head->cls.path + "." : "none";
    std::vector<Names> groups;
    for (const std::string_view kind : {"weight", "bn", "bias", "muon"}) {
        for (const bool in_branch : {true, false}) {
            Names& group = groups.emplace_back();
            for (const NamedShape& parameter : parameters_of(graph)) {
                if (kind_of(parameter, true) == kind && parameter.name.starts_with(class_branch) == in_branch)
                    group.push_back(parameter.name);
            }
        }
    }
    return groups;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

Names parameters_in_groups(const graph::Graph& graph, const std::vector<std::size_t>& sizes) {
    if (const auto groups = muon_groups(graph); fill(groups, sizes)) return joined(groups);
    static constexpr std::array<std::string_view, 3> orders[] = {
        {"weight", "bn", "bias"},  // the current one goes first
        {"bias", "weight", "bn"}, {"bias", "bn", "weight"}, {"weight", "bias", "bn"},
        {"bn", "weight", "bias"}, {"bn", "bias", "weight"}};
    for (const auto& order : orders) {
        std::vector<Names> groups(order.size());
        for (const NamedShape& parameter : parameters_of(graph)) {
            const auto kind = std::find(order.begin(), order.end(), kind_of(parameter, false));
            groups.at(static_cast<std::size_t>(kind - order.begin())).push_back(parameter.name);
        }
        if (fill(groups, sizes)) return joined(groups);
    }
    throw Error(
        "the groups of its optimiser do not fit its network: start a new training from its weights instead");
}

std::string optimizer_name_of(const OptimizerState& optimizer, const Json& train_args) {
    static constexpr std::array names =
        std::to_array<const char*>({"SGD", "MuSGD", "Adam", "Adamax", "AdamW", "NAdam", "RAdam", "RMSProp"});
    const Json said = train_args.is_object() ? train_args.value("optimizer", Json()) : Json();
    if (said.is_string()) {
        const auto found = std::find_if(names.begin(), names.end(), [&](const char* name) {
            return lower(name) == lower(said.get<std::string>());
        });
        if (found != names.end()) return *found;
    }
    constexpr std::size_t muon_groups = 8;
    if (optimizer.groups.size() == muon_groups) return "MuSGD";
    const bool is_adam = std::any_of(optimizer.slots.begin(), optimizer.slots.end(),
                                     [](const auto& entry) { return entry.second.contains("exp_avg_sq"); });
    return is_adam ? "AdamW" : "SGD";
}

void check_slots(const OptimizerState& optimizer, const graph::Graph& graph) {
    std::map<std::string, Shape> shapes;
    for (NamedShape& parameter : parameters_of(graph))
        shapes.emplace(std::move(parameter.name), std::move(parameter.shape));
    for (const auto& [name, slots] : optimizer.slots) {
        const auto parameter = shapes.find(name);
        for (const auto& [slot, tensor] : slots) {
            if (parameter != shapes.end() && (tensor.elements() == 1 || tensor.shape() == parameter->second))
                continue;
            throw Error(
                fmt::format("the state of its optimiser does not fit its network at '{}' ({} of shape {})",
                            name, slot, to_string(tensor.shape())));
        }
    }
}

}  // namespace yolo::checkpoint
